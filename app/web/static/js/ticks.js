/** What stands beside a message: what its ticks say to those who do not see them, and how the keyboard walks along all of it. */

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

const VOTES = "[data-question][data-seq] [data-vote]";
const REPORT = "[data-joined] .message[data-seq]:not([data-own]) [data-report]";
const TOOLS = `.message[data-own] .message__ticks, ${VOTES}, ${REPORT}`;
const HOST_TOOLS = `.message__ticks, ${VOTES}, [data-question][data-seq] [data-answer], .message[data-seq] summary`;

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
 * A hundred messages must not be hundreds of stops of the Tab key: the newest message is one, arrows lead up and down to
 * the others and along what stands beside one.
 * @param {HTMLElement} log
 * @param {boolean} host
 * @returns {() => void} to be called when messages have come or gone
 */
export function tabStop(log, host) {
  const which = host ? HOST_TOOLS : TOOLS;
  const all = () => [...log.querySelectorAll(which)];
  const messageOf = (tool) => tool?.closest(".message");
  let stop = null;

  function set(tool) {
    if (stop === tool) return;
    stop?.setAttribute("tabindex", "-1");
    tool?.setAttribute("tabindex", "0");
    stop = tool ?? null;
  }

  /** The same thing beside another message, or else the first that is there. */
  function alike(tools, other, tool) {
    const there = other ? tools.filter((each) => messageOf(each) === messageOf(other)) : [];
    return there.find((each) => each.className === tool.className && each.tagName === tool.tagName) ?? there.find(({ dataset }) => dataset.report === undefined) ?? there[0];
  }

  function walk(event) {
    if (!(event.target instanceof Element) || !event.target.matches(which)) return;
    const tools = all();
    const at = tools.indexOf(event.target);
    const here = messageOf(event.target);
    const elsewhere = (tool) => messageOf(tool) !== here;
    const beside = (tool) => (tool && !elsewhere(tool) ? tool : null);
    const to = {
      ArrowUp: () => alike(tools, tools.slice(0, at).findLast(elsewhere), event.target),
      ArrowDown: () => alike(tools, tools.slice(at).find(elsewhere), event.target),
      ArrowLeft: () => beside(tools[at - 1]),
      ArrowRight: () => beside(tools[at + 1]),
      Home: () => tools[0],
      End: () => tools.at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  }

  log.addEventListener("keydown", walk);
  log.addEventListener("focusin", (event) => event.target instanceof Element && event.target.matches(which) && set(event.target));
  return () => {
    if (stop?.isConnected && document.activeElement === stop) return;
    const tools = all();
    set(alike(tools, tools.at(-1), { className: "message__ticks", tagName: "BUTTON" }));
  };
}
