/** What one reads of a person at the desk: whether he is here, and what was decided about him. */

import { clock, dayKey, fullTime } from "./times.js";
import { _ } from "./words.js";

/**
 * @typedef {import("./boot.js").Participant & {role?: string, joined_at?: string, present: boolean, muted_until?: string,
 *   banned?: boolean, waiting?: boolean}} Person
 */

/** The time of day, and which day unless it is today. */
export const when = (at) => (dayKey(at) === dayKey(Date.now()) ? clock(at) : fullTime(at));

/** @param {Person} person */
export function hereSince({ present, joined_at: at }) {
  const joined = at ? _("joined %(when)s", { when: when(at) }) : "";
  return [present ? _("Here") : _("Not here"), joined].filter(Boolean).join(" · ");
}

/** @param {Person} person @returns {{words: string, state: string}} what was decided about him */
export function standing({ banned, muted_until: until, waiting }) {
  if (banned) return { words: _("Banned"), state: "closed" };
  if (until) return { words: forGood(until) ? _("Muted") : _("Muted until %(when)s", { when: when(until) }), state: "paused" };
  return { words: waiting ? _("Waits to be let in") : "", state: "waiting" };
}

/** A mute without an end has one that nobody lives to see. */
export const forGood = (until) => new Date(until).getUTCFullYear() >= 9999;
