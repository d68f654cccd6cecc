/** What was done by those who moderate: the last first, without a word of what people wrote. */

import { call } from "./http.js";
import { looking } from "./looking.js";
import { mark } from "./marks.js";
import { reasonWords } from "./reasons.js";
import { clock, dayKey, dayName, fullTime } from "./times.js";
import { _, locale } from "./words.js";

const HOST = "host";
/** As many are fetched at a time. */
const PEOPLE = 200;

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
  mute: _("Somebody was muted."),
  unmute: _("Somebody may write again."),
  ban: _("Somebody was banned."),
  unban: _("Somebody may come back."),
  admit: _("Somebody was let in."),
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
  raid: _("The doors half shut"),
};
/** A raid is kept as a setting; whoever begins or ends one does nothing else with it. */
const RAID = _("The doors were half shut, or opened again.");
const ABOUT_PEOPLE = new Set(["mute", "unmute", "ban", "unban", "admit", "turn_away"]);
const ABOUT_HELPERS = new Set(["helper", "revoke"]);
const list = new Intl.ListFormat(locale, { type: "conjunction" });

/** @param {import("./host.js").Desk} desk */
export function ledger(desk) {
  const place = document.querySelector("[data-ledger]");
  const more = document.querySelector("[data-ledger-more]");
  /** What helpers and participants are called, by their ids. */
  const names = new Map();
  let newest = 0;
  let oldest = Infinity;
  const refresh = looking(look);

  more.addEventListener("click", older);
  place.addEventListener("click", ({ target }) => {
    const person = target instanceof Element && target.closest("[data-person]");
    if (person) desk.open("people", person.dataset.person);
  });

  return {
    shown: refresh,
    hello: seen,
    event: seen,
    frames: { desk: seen, people: seen, raid: seen },
  };

  /** Something was done: who looks on sees it. */
  function seen() {
    if (place.checkVisibility()) refresh();
  }

  async function look() {
    const answer = await call("GET", `${desk.api}/ledger`);
    if (!answer.ok) return desk.said(answer.words);
    const { actions, has_more: hasMore } = answer.data;
    const fresh = actions.filter(({ number }) => number > newest);
    document.querySelector("[data-ledger-empty]").hidden = actions.length > 0;
    if (!fresh.length) return;
    await learnNames(fresh);
    if (fresh.length === actions.length) begin(hasMore); // so much has been done that there may be a gap
    place.prepend(...fresh.map(line));
    newest = fresh[0].number;
    oldest = Math.min(oldest, fresh.at(-1).number);
    markDays();
  }

  function begin(hasMore) {
    place.replaceChildren();
    oldest = Infinity;
    more.hidden = !hasMore;
  }

  async function older() {
    const answer = await desk.ask("GET", `/ledger?before=${oldest}`);
    if (!answer.ok) return;
    const { actions, has_more: hasMore } = answer.data;
    await learnNames(actions);
    const lines = actions.map(line);
    place.append(...lines);
    oldest = actions.at(-1)?.number ?? oldest;
    markDays();
    if (lines.length && !hasMore) lines[0].focus();
    more.hidden = !hasMore;
  }

  /** A line for each day, above what was done then. */
  function markDays() {
    for (const old of place.querySelectorAll("[data-day]")) old.remove();
    let day = null;
    for (const element of [...place.children]) {
      if (dayKey(element.dataset.at) !== day) {
        day = dayKey(element.dataset.at);
        const heading = mark("day", dayName(element.dataset.at));
        heading.dataset.day = day;
        element.before(heading);
      }
    }
  }

  async function learnNames(actions) {
    const asks = [
      [desk.isHost && actions.some(({ by, action }) => (by !== HOST && !names.has(by)) || ABOUT_HELPERS.has(action)), "/helpers", ({ helpers }) => helpers.map(({ id, label }) => [id, label])],
      [actions.some(({ about, action }) => ABOUT_PEOPLE.has(action) && !names.has(about)), `/participants?limit=${PEOPLE}`, ({ participants }) => participants.map(({ id, nickname }) => [id, nickname])],
    ];
    await Promise.all(asks.filter(([needed]) => needed).map(async ([, path, pairs]) => {
      const answer = await call("GET", desk.api + path);
      for (const [id, name] of answer.ok ? pairs(answer.data) : []) names.set(id, name);
    }));
  }

  function line({ at, by, action, about, reason }) {
    const element = document.getElementById("ledger-line").content.firstElementChild.cloneNode(true);
    element.dataset.at = at;
    element.tabIndex = -1;
    const time = element.querySelector("time");
    time.dateTime = at;
    time.textContent = clock(at);
    time.title = fullTime(at);
    element.querySelector("[data-what]").textContent = reason === "raid" ? RAID : (DEEDS[action] ?? action);
    element.querySelector("[data-who]").textContent = by === HOST ? _("Host") : names.get(by) || _("Helper");
    showPerson(element.querySelector("[data-person]"), action, about);
    element.querySelector("[data-why]").textContent = whyOf(action, about, reason);
    return element;
  }

  function showPerson(button, action, about) {
    button.hidden = !ABOUT_PEOPLE.has(action) || !about || action === "turn_away";
    button.dataset.person = about ?? "";
    button.firstElementChild.textContent = names.get(about) ?? _("Look at this person");
  }

  function whyOf(action, about, reason) {
    if (ABOUT_HELPERS.has(action)) return names.get(about) ?? "";
    if (!reason || reason === "raid") return "";
    return action === "settings" ? list.format(reason.split(", ").map((name) => SETTINGS[name] ?? name)) : reasonWords(reason);
  }
}
