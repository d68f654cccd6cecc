/** What waits at the desk for a decision: held messages, and those that could not be delivered. */

import { announce } from "./announce.js";
import { call } from "./http.js";
import { enhance, messageElement } from "./message.js";
import { trails } from "./trail.js";
import { _ } from "./words.js";

const $ = (selector) => document.querySelector(selector);

const DECIDED = {
  held: { release: _("Released."), reject: _("Rejected.") },
  failed: { release: _("Sent again."), reject: _("Dropped.") },
};
const WORDS = {
  held: { why: `${_("Held:")} `, release: _("Release"), reject: _("Reject") },
  failed: { why: "", release: _("Send again"), reject: _("Drop") },
};
const LOOK_AGAIN_MS = 5_000;
/** Decided on, and perhaps still listed for a moment. */
const decided = new Set();

/** @param {import("./host.js").Desk} desk */
export function waiting(desk) {
  const place = $("#waiting");
  const lists = { held: $("[data-held]"), failed: $("[data-dead]") };
  const trail = trails(desk.api);
  let asking = false;
  let askAgain = false;
  let away = !$("[data-held-away]").hidden;
  let lookAgain = 0;

  for (const element of place.querySelectorAll("[data-message-id]")) enhance(element);
  place.addEventListener("click", decide);
  // Word that something is held may have been missed, so the desk also looks whenever its host does.
  addEventListener("focus", refresh);
  showEmpty();

  return {
    hello: refresh,
    event(event) {
      const element = find(event.message?.id ?? event.id ?? "");
      if (element) leave(element); // it is shown, or removed
      if (!desk.hears()) refresh(); // a poll brings the desk no word of what is held
    },
    frames: {
      desk({ id }) {
        trail.changed(id);
        refresh();
      },
    },
  };

  /** Asks for what is held: once at a time, and once more if something happened meanwhile. */
  async function refresh() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    const answer = await call("GET", `${desk.api}/held`);
    asking = false;
    away = answer.status === 0 || answer.status === 503;
    if (answer.ok) show(answer.data.messages);
    showEmpty();
    clearTimeout(lookAgain);
    if (away) lookAgain = setTimeout(refresh, LOOK_AGAIN_MS * (1 + Math.random()));
    if (!askAgain) return;
    askAgain = false;
    refresh();
  }

  function show(messages) {
    const wanted = new Map(messages.map((message) => [message.id, message]));
    for (const element of place.querySelectorAll("[data-message-id]")) {
      if (wanted.get(element.dataset.messageId)?.state !== element.dataset.fate) leave(element);
    }
    for (const message of messages) if (!find(message.id) && !(message.state === "held" && decided.has(message.id))) lists[message.state].append(entry(message));
  }

  function entry(message) {
    const element = messageElement(message, { at: message.at });
    const words = WORDS[message.state];
    element.dataset.fate = message.state;
    element.querySelector("[data-why]").textContent = words.why;
    element.querySelector("[data-reason]").textContent = message.reason ? _(message.reason) : "";
    for (const button of element.querySelectorAll("[data-decide]")) button.querySelector("[data-decide-words]").textContent = words[button.dataset.decide];
    return element;
  }

  /** One goes; whoever was at it with the keyboard goes on at the next. */
  function leave(element) {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    const here = element.contains(document.activeElement);
    element.remove();
    showEmpty();
    if (here) (next?.querySelector("[data-decide]") ?? $("[data-held-title]")).focus();
  }

  function find(id) {
    return place.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  function showEmpty() {
    const held = lists.held.childElementCount;
    const failed = lists.failed.childElementCount;
    $("[data-held-empty]").hidden = held > 0 || away;
    $("[data-held-away]").hidden = held > 0 || !away;
    $("[data-held-count]").textContent = String(held);
    $("[data-dead-box]").hidden = failed === 0;
    $("[data-dead-count]").textContent = String(failed);
    desk.count("waiting", held + failed);
  }

  async function decide(event) {
    const button = event.target instanceof Element && event.target.closest("[data-decide]");
    if (!button) return;
    const element = button.closest("[data-message-id]");
    element.setAttribute("aria-busy", "true");
    const answer = await call("POST", `${desk.api}/messages/${element.dataset.messageId}/${button.dataset.decide}`);
    element.removeAttribute("aria-busy");
    if (!answer.ok && answer.status !== 404) return desk.said(answer.words);
    decided.add(element.dataset.messageId);
    button.focus();
    leave(element);
    announce(DECIDED[element.dataset.fate][button.dataset.decide]);
  }
}
