/** What those who moderate have done, line by line; without a word of what people wrote. */

import { call } from "./http.js";
import { reasonWords } from "./reasons.js";
import { fullTime } from "./times.js";
import { _, locale } from "./words.js";

const DEEDS = {
  release: _("A message was let through."),
  reject: _("A message was not let through."),
  uphold: _("A message was looked at again and stays hidden."),
  remove: _("A message was removed."),
  dismiss: _("A reported message may stay."),
  retry: _("A message was sent again."),
  drop: _("A message that could not be delivered was dropped."),
  answer: _("A question was marked as answered."),
  unanswer: _("A question was opened again."),
  pin: _("A message was pinned."),
  unpin: _("A message was unpinned."),
  pause: _("The room was paused."),
  resume: _("The room went on."),
  close: _("The room was closed."),
  life: _("The end of the room was moved."),
  settings: _("Settings were changed."),
  guard: _("The doors were half shut."),
  unguard: _("The doors were opened again."),
  mute: _("Somebody was muted."),
  unmute: _("Somebody may write again."),
  ban: _("Somebody was banned."),
  unban: _("Somebody may come back."),
  admit: _("Somebody was let in."),
  unadmit: _("Somebody was put before the door again."),
  turn_away: _("Somebody was turned away."),
  helper: _("A helper’s link was made."),
  revoke: _("A helper’s link was taken back."),
  hand_over: _("The room was handed over."),
};
const SETTINGS = {
  title: _("Title"),
  rules: _("Rules that everyone sees"),
  moderation: _("Approve first"),
  slow_mode: _("Slow mode"),
  max_length: _("Longest message"),
  password: _("Password"),
  embed: _("On a web page"),
  safety: _("Safety"),
  door: _("How one gets in"),
  guests: _("What guests may do"),
};
const WHO = { host: _("Host"), house: _("Parley, by itself") };
const ABOUT_HELPERS = new Set(["helper", "revoke"]);
const list = new Intl.ListFormat(locale, { type: "conjunction" });

/**
 * @typedef {{number: number, at: string, by: string, action: string, about?: string, nickname?: string, reason?: string}} Action
 *
 * @param {import("./host.js").Desk} desk
 * @param {(at: string) => string} told how a line says when it was
 * @returns {(actions: Action[]) => Promise<HTMLElement[]>} makes their lines
 */
export function deedLines(desk, told) {
  /** What helpers are called, by their ids; nothing for those whose links do not hold any more. */
  const helpers = new Map();

  return async (actions) => {
    await learn(actions);
    return actions.map(line);
  };

  /** Only the host is told what his helpers are called. */
  async function learn(actions) {
    const named = actions.flatMap(({ by, action, about }) => [...(WHO[by] ? [] : [by]), ...(ABOUT_HELPERS.has(action) ? [about] : [])]);
    const unknown = named.filter((id) => !helpers.has(id));
    if (!unknown.length || !desk.isHost) return;
    const answer = await call("GET", `${desk.api}/helpers`);
    if (!answer.ok) return;
    for (const id of unknown) helpers.set(id, "");
    for (const { id, label } of answer.data.helpers) helpers.set(id, label);
  }

  function line({ at, by, action, about, nickname, reason }) {
    const element = document.getElementById("ledger-line").content.firstElementChild.cloneNode(true);
    const part = (name) => element.querySelector(`[data-${name}]`);
    element.dataset.at = at;
    element.tabIndex = -1;
    const time = element.querySelector("time");
    time.dateTime = at;
    time.textContent = told(at);
    time.title = fullTime(at);
    part("what").textContent = DEEDS[action] ?? action;
    part("who").textContent = WHO[by] ?? (helpers.get(by) || _("Helper"));
    part("person").hidden = !nickname;
    part("person").dataset.person = about ?? "";
    part("person-name").textContent = nickname ?? "";
    part("why").textContent = why(action, about, reason);
    return element;
  }

  function why(action, about, reason) {
    if (ABOUT_HELPERS.has(action)) return helpers.get(about) ?? "";
    if (!reason) return "";
    return action === "settings" ? list.format(reason.split(", ").map((name) => SETTINGS[name] ?? name)) : reasonWords(reason);
  }
}
