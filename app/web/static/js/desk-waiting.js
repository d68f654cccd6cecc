/** What waits at the desk for a decision: held messages, those that could not be delivered, and appeals. */

import { announce } from "./announce.js";
import { calmly } from "./calmly.js";
import { leases } from "./desk-lease.js";
import { confirmed } from "./dialogs.js";
import { call } from "./http.js";
import { looking } from "./looking.js";
import { enhance, messageElement } from "./message.js";
import { several } from "./several.js";
import { trails } from "./trail.js";
import { _, ngettext } from "./words.js";

const $ = (selector) => document.querySelector(selector);

const DECIDED = {
  held: { release: _("Released. Undo removes it."), reject: _("Rejected.") },
  failed: { release: _("Sent again."), reject: _("Dropped.") },
  rejected: { reject: _("It stays rejected.") },
};
const WORDS = {
  held: { why: `${_("Held:")} `, release: _("Release"), reject: _("Reject") },
  failed: { why: "", release: _("Send again"), reject: _("Drop") },
  rejected: { why: `${_("Rejected:")} `, release: "", reject: _("Leave it rejected") },
};
const LOOK_AGAIN_MS = 5_000;
/** So many the desk is told of at once; where there are more, they move up for those that are decided. */
const AT_ONCE = 500;
const MOVE_UP_MS = 1_000;
/** After so long the next one is released although this one was not seen yet. */
const SHOWN_MS = 5_000;
/** They work while the focus is in the list only: nowhere else does a letter do anything. */
const KEYS = { j: "next", ArrowDown: "next", k: "previous", ArrowUp: "previous", r: "release", x: "reject", e: "reasons", "?": "keys" };
/** Decided on, and perhaps still listed for a moment, each as it was. */
const decided = new Set();
const keyOf = ({ id, state }) => `${id} ${state}`;

/** @param {import("./host.js").Desk} desk */
export function waiting(desk) {
  const place = $("#waiting");
  const held = $("[data-held]");
  const lists = { held, failed: $("[data-dead]"), rejected: held };
  const reasons = $("#reject");
  const trail = trails(desk.api);
  const lease = leases(desk, place);
  const refresh = looking(look);
  const moveUp = calmly(refresh, MOVE_UP_MS);
  /** Who waits for a message to be shown, by its id. @type {Map<string, () => void>} */
  const awaited = new Map();
  let away = !$("[data-held-away]").hidden;
  let lookAgain = 0;
  let full = false;

  for (const element of place.querySelectorAll("[data-message-id]")) enhance(element);
  place.addEventListener("click", chosen);
  place.addEventListener("keydown", pressed);
  $("[data-release-all]").addEventListener("click", releaseAll);
  for (const form of reasons.querySelectorAll("form")) form.addEventListener("submit", rejectBecause);
  reasons.addEventListener("close", () => find(reasons.dataset.about)?.querySelector("[data-reasons]").focus());
  // Word that something is held may have been missed, so the desk also looks whenever its host does.
  addEventListener("focus", refresh);
  showEmpty();

  return {
    hello: refresh,
    event(event) {
      const id = event.message?.id ?? event.id ?? "";
      awaited.get(id)?.();
      const element = find(id);
      if (element) leave(element); // it is shown, or removed
      if (!desk.hears()) refresh(); // a poll brings the desk no word of what is held
    },
    frames: {
      desk({ id }) {
        trail.changed(id);
        refresh();
      },
      lease: (frame) => lease.show(frame.id, frame),
    },
  };

  async function look() {
    const answer = await call("GET", `${desk.api}/held`);
    away = answer.status === 0 || answer.status === 503;
    if (answer.ok) show(answer.data.messages);
    showEmpty();
    clearTimeout(lookAgain);
    if (away) lookAgain = setTimeout(refresh, LOOK_AGAIN_MS * (1 + Math.random()));
  }

  function show(messages) {
    full = messages.length >= AT_ONCE;
    const wanted = new Map(messages.map((message) => [message.id, message]));
    const here = new Map();
    for (const element of place.querySelectorAll("[data-message-id]")) {
      if (wanted.get(element.dataset.messageId)?.state === element.dataset.fate) here.set(element.dataset.messageId, element);
      else leave(element);
    }
    for (const message of messages) {
      if (decided.has(keyOf(message))) continue;
      const element = here.get(message.id) ?? messageElement(message, { at: message.at });
      fill(element, message);
      if (!here.has(message.id)) lists[message.state].append(element);
      lease.show(message.id, message.lease);
    }
  }

  function fill(element, { state, reason, appeal }) {
    const words = WORDS[state];
    element.dataset.fate = state;
    element.querySelector("[data-why]").textContent = reason ? words.why : "";
    element.querySelector("[data-reason]").textContent = reason ? _(reason) : "";
    for (const button of element.querySelectorAll("[data-decide]")) button.querySelector("[data-decide-words]").textContent = words[button.dataset.decide];
    element.querySelector("[data-reasons]").hidden = state !== "held";
    element.querySelector("[data-erased]").hidden = state !== "rejected";
    const asks = element.querySelector("[data-asks]");
    asks.hidden = !appeal;
    asks.querySelector("[data-asks-words]").textContent = appeal?.text ? _("Asks you to look again:") : _("Asks you to look again.");
    asks.querySelector("[data-asks-text]").textContent = appeal?.text ?? "";
  }

  /** One goes; whoever was at it with the keyboard goes on at the next. */
  function leave(element) {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    const here = element.contains(document.activeElement);
    element.remove();
    if (full) moveUp();
    showEmpty();
    if (here) (next ? handle(next) : $("[data-held-title]")).focus();
  }

  function find(id) {
    return id ? place.querySelector(`[data-message-id="${CSS.escape(id)}"]`) : null;
  }

  function showEmpty() {
    const count = held.childElementCount;
    const failed = lists.failed.childElementCount;
    $("[data-held-empty]").hidden = count > 0 || away;
    $("[data-held-away]").hidden = count > 0 || !away;
    $("[data-held-count]").textContent = String(count);
    $("[data-dead-box]").hidden = failed === 0;
    $("[data-dead-count]").textContent = String(failed);
    $("[data-release-all]").hidden = held.querySelectorAll('[data-fate="held"]').length < 2;
    desk.count("waiting", count + failed);
  }

  function chosen(event) {
    const button = event.target instanceof Element && event.target.closest("[data-decide], [data-reasons]");
    if (button) act(button.closest("[data-message-id]"), button.dataset.decide ?? "reasons");
  }

  function pressed(event) {
    const act_ = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const element = event.target.closest("[data-message-id]");
    if (!act_ || !element || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (act_ === "keys") $("#desk-keys").showModal();
    else if (act_ === "next" || act_ === "previous") step(element, act_ === "next" ? 1 : -1);
    else act(element, act_);
  }

  function step(element, by) {
    const all = [...place.querySelectorAll("[data-message-id]")];
    const next = all[all.indexOf(element) + by];
    if (!next) return;
    handle(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function act(element, what) {
    if (lease.of(element)) return announce(element.querySelector("[data-taken-words]").textContent);
    if (what === "reasons") return askWhy(element);
    if (what === "release") return element.dataset.fate === "rejected" ? undefined : release(element);
    if (element.dataset.fate === "failed") return release(element, "reject");
    reject(element);
  }

  async function release(element, how = "release") {
    const { messageId: id, fate: state } = element.dataset;
    element.setAttribute("aria-busy", "true");
    const { over } = await asked(id, state, how);
    element.removeAttribute("aria-busy");
    if (!over) return;
    lease.keep();
    leave(element);
    if (state === "held") desk.did(DECIDED.held.release, () => desk.ask("DELETE", `/messages/${id}`));
    else announce(DECIDED[state][how]);
  }

  /** Whether it was done, and whether it is over with: what is gone meanwhile is, too; what somebody else has by now is not. */
  async function asked(id, state, how) {
    const answer = await call("POST", `${desk.api}/messages/${id}/${how}`);
    if (answer.code === "leased") lease.show(id, answer.data.lease);
    const over = answer.ok || answer.status === 404;
    if (over) decided.add(keyOf({ id, state }));
    else desk.said(answer.words);
    return { done: answer.ok, over };
  }

  /** In the order in which they were written; what somebody else looks at is his. */
  async function releaseAll() {
    const free = [...held.querySelectorAll('[data-fate="held"]')].filter((element) => !lease.of(element));
    const ids = free.map((element) => element.dataset.messageId);
    const sure = await confirmed({
      question: ngettext("Release %(num)s message?", "Release all %(num)s messages?", ids.length),
      detail: _("Everybody sees them at once. Each can be removed again, none can be held again."),
      yes: _("Release all"),
    });
    if (!sure) return;
    const progress = $("[data-held-progress]");
    Object.assign(progress, { max: ids.length, value: 0, hidden: false });
    $("[data-release-all]").setAttribute("aria-disabled", "true");
    const done = await several(ids, releaseOne, 1);
    progress.hidden = true;
    $("[data-release-all]").removeAttribute("aria-disabled");
    announce(ngettext("%(num)s message is released.", "%(num)s messages are released.", done.length));
    $("[data-held-title]").focus();
  }

  /** The next one is asked for when this one is shown: two at once may come in either order. */
  async function releaseOne(id) {
    const shown = new Promise((resolve) => awaited.set(id, resolve));
    const { done, over } = await asked(id, "held", "release");
    if (done) await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, SHOWN_MS))]);
    awaited.delete(id);
    $("[data-held-progress]").value += 1;
    if (over && find(id)) leave(find(id));
    return over;
  }

  function askWhy(element) {
    if (element.dataset.fate !== "held") return;
    reasons.dataset.about = element.dataset.messageId;
    reasons.querySelector("input").value = "";
    reasons.showModal();
    lease.take(element.dataset.messageId);
  }

  function rejectBecause(event) {
    event.preventDefault();
    const reason = event.submitter?.value || reasons.querySelector("input").value.trim();
    const element = find(reasons.dataset.about);
    reasons.close();
    if (element && !lease.of(element)) reject(element, reason);
  }

  /** It erases the text, so it is done when nobody has thought better of it; until then nobody else has it. */
  function reject(element, reason = "") {
    const { messageId: id, fate: state } = element.dataset;
    const after = element.nextElementSibling;
    lease.take(id);
    lease.keep();
    decided.add(keyOf({ id, state }));
    element.querySelector("[data-decide='reject']").focus();
    leave(element);
    desk.soon(
      DECIDED[state].reject,
      async () => {
        const answer = await call("POST", `${desk.api}/messages/${id}/reject`, { reason }, undefined, true);
        if (answer.ok || answer.status === 404) return;
        decided.delete(keyOf({ id, state }));
        desk.said(answer.words);
        refresh();
      },
      () => {
        decided.delete(keyOf({ id, state }));
        if (find(id)) return;
        if (after?.isConnected) after.before(element);
        else lists[state].append(element);
        showEmpty();
        handle(element).focus();
        refresh();
      },
    );
  }
}

/** Where the keyboard is at a message. */
function handle(element) {
  return element.querySelector(element.dataset.fate === "rejected" ? '[data-decide="reject"]' : "[data-decide]");
}
