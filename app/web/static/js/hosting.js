/** What the host can do in the room and at the desk: pause, close, remove. */

import { announce } from "./announce.js";
import { confirmed } from "./dialogs.js";
import { call } from "./http.js";
import { _ } from "./words.js";

/** @returns {Promise<boolean>} whether a message is to be taken away: that cannot be taken back */
export const sureToRemove = () =>
  confirmed({
    question: _("Remove this message?"),
    detail: _("It leaves every screen, the transcript and the feed."),
    yes: _("Remove"),
  });

/** @param {{pinned?: () => string, api: string, room: () => import("./boot.js").Room, changed: (room: import("./boot.js").Room) => void, said: (words: string) => void, did?: (words: string, undo: () => void) => void}} how */
export function hosting({ pinned, api, room, changed, said, did = () => {} }) {
  async function asked(method, url, body) {
    const answer = await call(method, url, body);
    if (!answer.ok) said(answer.words);
    return answer;
  }

  async function pause() {
    const state = room().state === "paused" ? "open" : "paused";
    const answer = await asked("PATCH", api, { state });
    if (!answer.ok) return;
    changed(answer.data.room);
    did(state === "paused" ? _("The room is paused.") : _("The room goes on."), () => room().state === state && pause());
  }

  async function close() {
    const sure = await confirmed({
      question: _("Close this room for everyone?"),
      detail: _("All of it is forgotten at once: messages, nicknames, the transcript. This cannot be undone."),
      yes: _("Close and forget"),
    });
    if (!sure) return;
    const answer = await asked("DELETE", api);
    if (answer.ok) changed({ ...room(), state: "closed" });
  }

  async function remove(message) {
    if (!(await sureToRemove())) return;
    const answer = await asked("DELETE", `${api}/messages/${message.dataset.messageId}`);
    if (answer.ok) announce(_("The message is being removed."));
  }

  const isPinned = (message) => pinned() === message.dataset.messageId;

  function pin(message) {
    return asked(isPinned(message) ? "DELETE" : "POST", `${api}/messages/${message.dataset.messageId}/pin`);
  }

  function answer(message, button) {
    const done = button.getAttribute("aria-pressed") === "true";
    return asked(done ? "DELETE" : "POST", `${api}/messages/${message.dataset.messageId}/answer`);
  }

  document.querySelector("[data-pause]")?.addEventListener("click", pause);
  document.querySelector("[data-close-room]")?.addEventListener("click", close);
  const place = document.querySelector(".room-main");
  place?.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-remove], [data-pin], [data-answer]");
    if (!button) return;
    const message = button.closest("[data-message-id]");
    if (button.matches("[data-answer]")) return answer(message, button);
    if (button.matches("[data-pin]")) pin(message);
    else remove(message);
  });
  // "toggle" does not bubble
  place?.addEventListener("toggle", ({ target }) => {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    target.querySelector("[data-pin-words]").textContent = isPinned(target.closest("[data-message-id]")) ? _("Unpin") : _("Pin for everybody");
    const of = target.querySelector("[data-of]");
    const who = target.closest("[data-message-id]").dataset.participantId;
    of.hidden = !who;
    of.href = `${location.pathname}/host#people/${who}`;
    target.scrollIntoView({ block: "nearest" });
  }, true);
}
