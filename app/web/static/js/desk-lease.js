/** Who is looking at which message: one that somebody else looks at is not decided here, and mine is kept from others meanwhile. */

import { call } from "./http.js";
import { serverNow } from "./times.js";
import { _ } from "./words.js";

/** Pointing at something for so long is meant. */
const HOVER_MS = 500;
/** A fraction of what is left: then it is made longer, if somebody is still at it. */
const AGAIN_AFTER = 0.6;

/**
 * @param {import("./host.js").Desk} desk
 * @param {HTMLElement} place where the messages stand
 */
export function leases(desk, place) {
  const names = new Map([["host", _("The host")]]);
  const somebody = _("A helper");
  let mine = "";
  let again = 0;
  let hover = 0;
  let active = 0;

  place.addEventListener("focusin", ({ target }) => take(idOf(target)));
  place.addEventListener("focusout", ({ relatedTarget }) => {
    if (idOf(relatedTarget) !== mine && !document.querySelector("dialog[open]")) giveBack();
  });
  place.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(hover);
    if (pointerType === "mouse" && idOf(target) && !idOf(document.activeElement)) hover = setTimeout(() => take(idOf(target)), HOVER_MS);
  });
  place.addEventListener("pointerleave", () => {
    clearTimeout(hover);
    if (!idOf(document.activeElement) && !document.querySelector("dialog[open]")) giveBack();
  });
  for (const kind of ["pointermove", "pointerdown", "keydown"]) addEventListener(kind, () => (active = Date.now()), { passive: true });
  addEventListener("pagehide", giveBack);
  addEventListener("blur", () => setTimeout(() => !document.hasFocus() && giveBack()));

  return { take, giveBack, keep, show, of: (element) => Boolean(element.dataset.taken) };

  /** @param {string} id */
  async function take(id) {
    if (!id || id === mine) return;
    giveBack();
    mine = id;
    await ask(id);
  }

  async function ask(id) {
    const asked = Date.now();
    const answer = await call("POST", `${desk.api}/messages/${id}/lease`);
    if (answer.code === "leased") show(id, answer.data.lease);
    if (mine !== id) return;
    if (!answer.ok) return void (mine = "");
    clearTimeout(again);
    const left = Date.parse(answer.data.until) - serverNow();
    // Who has put his phone away keeps nobody waiting.
    again = setTimeout(() => mine === id && (active >= asked ? ask(id) : (mine = "")), Math.max(1_000, left * AGAIN_AFTER));
  }

  function giveBack() {
    if (!mine) return;
    call("DELETE", `${desk.api}/messages/${mine}/lease`, undefined, undefined, true);
    keep();
  }

  /** It stays mine until it ends by itself. */
  function keep() {
    clearTimeout(again);
    mine = "";
  }

  /**
   * @param {string} id
   * @param {{by: string|null, until: string|null}|undefined} lease
   */
  function show(id, lease) {
    const element = place.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    if (!element) return;
    const left = lease?.by && lease.by !== desk.me ? Date.parse(lease.until) - serverNow() : 0;
    const taken = left > 0;
    element.dataset.taken = taken ? lease.until : "";
    for (const button of element.querySelectorAll("[data-decide], [data-reasons]")) {
      if (taken) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    const words = element.querySelector("[data-taken-words]");
    words.hidden = !taken;
    if (!taken) return;
    const who = names.get(lease.by) ?? somebody;
    words.textContent = _("%(who)s is looking at this.", { who });
    if (!names.has(lease.by) && desk.isHost) learn().then(() => names.has(lease.by) && element.dataset.taken && show(id, lease));
    setTimeout(() => element.dataset.taken === lease.until && show(id), left);
  }

  /** The helpers' names, which only the host may know. */
  async function learn() {
    const answer = await call("GET", `${desk.api}/helpers`);
    for (const { id, label } of answer.data?.helpers ?? []) if (label) names.set(id, label);
  }
}

/** @param {EventTarget|null} target */
function idOf(target) {
  return target instanceof Element ? (target.closest("[data-message-id]")?.dataset.messageId ?? "") : "";
}
