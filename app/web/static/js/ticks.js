/** The ticks at one's own messages: what they say to those who do not see them, and how the keyboard walks along them. */

import { _ } from "./words.js";

const WORDS = {
  sending: _("On its way to the room"),
  waiting: _("Not sent yet, goes out by itself"),
  accepted: _("Accepted"),
  moderated: _("Accepted and checked"),
  persisted: _("Accepted, checked and stored"),
  delivered: _("Delivered"),
  held: _("Held for the host"),
  rejected: _("Not shown"),
  failed: _("Not sent"),
};

/**
 * @param {HTMLElement} element a message
 * @param {string} state
 * @param {string} [stage] of an accepted one: how far it has come, where that is known
 */
export function showTicks(element, state, stage = "") {
  if (stage) element.dataset.stage = stage;
  else delete element.dataset.stage;
  const words = element.querySelector("[data-ticks-words]");
  if (words) words.textContent = WORDS[stage] ?? WORDS[state];
}

/**
 * A hundred messages must not be a hundred stops of the Tab key: the newest is one, arrows lead to the others.
 * @param {HTMLElement} log
 * @param {string} which messages that show their ticks
 * @returns {() => void} to be called when messages have come or gone
 */
export function tabStop(log, which) {
  const all = () => [...log.querySelectorAll(`${which} .message__ticks`)];
  let stop = null;

  function set(button) {
    if (stop === button) return;
    stop?.setAttribute("tabindex", "-1");
    button?.setAttribute("tabindex", "0");
    stop = button ?? null;
  }

  function walk(event) {
    if (!(event.target instanceof Element) || !event.target.matches(".message__ticks")) return;
    const buttons = all();
    const at = buttons.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  }

  log.addEventListener("keydown", walk);
  log.addEventListener("focusin", (event) => event.target instanceof Element && event.target.matches(".message__ticks") && set(event.target));
  return () => document.activeElement === stop && stop?.isConnected || set(all().at(-1));
}
