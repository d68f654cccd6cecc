/** Reading aids between messages: a line for each day, a time for each minute, one head for what was said in one breath. */

import { clock, dayKey, dayName } from "./times.js";

const SAME_BREATH_MS = 3 * 60_000;

/** A line of its own between messages. */
export function mark(kind, words) {
  const line = document.createElement("p");
  line.className = `log__mark log__mark--${kind}`;
  line.textContent = words;
  return line;
}

/** Sees to the marks from `from` to the end, or to `until`. */
export function arrange(from, until = null) {
  let element = from;
  while (element) {
    const next = element.nextElementSibling;
    if (element.dataset.messageId) join(element);
    if (element === until) return;
    element = next;
  }
}

function join(element) {
  dayLine(element);
  const before = element.previousElementSibling;
  const author = element.dataset.participantId;
  const close = author && before?.dataset.participantId === author && Date.parse(element.dataset.at) - Date.parse(before.dataset.at) < SAME_BREATH_MS;
  element.toggleAttribute("data-continued", Boolean(close));
  element.toggleAttribute("data-same-minute", !close && minuteAbove(before) === clock(element.dataset.at));
}

/** The minute that stands, or would stand, in the head above. */
function minuteAbove(before) {
  let above = before;
  while (above?.dataset.continued !== undefined) above = above.previousElementSibling;
  return above?.dataset.messageId ? clock(above.dataset.at) : null;
}

/** The day that is written above this place. */
function dayAbove(element) {
  for (let above = element; above; above = above.previousElementSibling) {
    if (above.dataset.day !== undefined) return above.dataset.day;
    if (above.dataset.messageId) return dayKey(above.dataset.at);
  }
  return null;
}

function dayLine(element) {
  const day = dayKey(element.dataset.at);
  const above = element.previousElementSibling;
  const line = above?.dataset.day === undefined ? null : above;
  const wanted = dayAbove(line ? line.previousElementSibling : above) !== day;
  if (line && wanted && line.dataset.day === day) return;
  line?.remove();
  if (!wanted) return;
  const fresh = mark("day", dayName(element.dataset.at));
  fresh.dataset.day = day;
  element.before(fresh);
}
