/** What the host can do in the room and at the desk: pause, close, remove. */

import { announce } from "./announce.js";
import { confirmed } from "./dialogs.js";
import { call } from "./http.js";

/** @param {{api: string, room: () => import("./boot.js").Room, changed: (room: import("./boot.js").Room) => void, said: (words: string) => void}} how */
export function hosting({ api, room, changed, said }) {
  async function asked(method, url, body) {
    const answer = await call(method, url, body);
    if (!answer.ok) said(answer.words);
    return answer;
  }

  async function pause() {
    const state = room().state === "paused" ? "open" : "paused";
    const answer = await asked("PATCH", api, { state });
    if (answer.ok) changed(answer.data.room);
  }

  async function close() {
    const sure = await confirmed({
      question: "Close this room for everyone?",
      detail: "All of it is forgotten at once: messages, nicknames, the transcript. This cannot be undone.",
      yes: "Close and forget",
    });
    if (!sure) return;
    const answer = await asked("DELETE", api);
    if (answer.ok) changed({ ...room(), state: "closed" });
  }

  async function remove(message) {
    const sure = await confirmed({
      question: "Remove this message?",
      detail: "It leaves every screen, the transcript and the feed.",
      yes: "Remove",
    });
    if (!sure) return;
    const answer = await asked("DELETE", `${api}/messages/${message.dataset.messageId}`);
    if (answer.ok) announce("The message is being removed.");
  }

  document.querySelector("[data-pause]")?.addEventListener("click", pause);
  document.querySelector("[data-close-room]")?.addEventListener("click", close);
  document.querySelector("[role=log]")?.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-remove]");
    if (button) remove(button.closest("[data-message-id]"));
  });
}
