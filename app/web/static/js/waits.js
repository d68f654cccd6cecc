/**
 * Says what waits, honestly: a message that was accepted and is not shown after some seconds, and one that
 * the room does not take just now. What the house lacks is asked once each time, then less and less often.
 */

import { call, trailOf } from "./http.js";
import { _, ngettext } from "./words.js";

/** Shorter waits are nobody's business. */
const PATIENCE_MS = 4_000;
const TICK_MS = 500;
const ASK_MS = 10_000;
const LONGEST_ASK_MS = 60_000;

const WHEN_BACK = _("Your message is safe: it is shown as soon as that is back.");
const AWAY = [
  ["database", _("The database is away."), WHEN_BACK],
  ["redis", _("The room’s memory is away."), WHEN_BACK],
  ["workers", _("Those who deliver messages are away."), _("Your message is safe: it is shown as soon as they are back.")],
];
const STAGES = {
  accepted: _("It waits to be checked."),
  moderated: _("It waits to be stored."),
  persisted: _("It waits to be brought to the screens."),
};
const SLOW = _("This takes longer than usual.");
const BY_ITSELF = _("Your message is safe: it is shown by itself.");

/** @typedef {import("./outbox.js").Entry} Entry */

export class Waits {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {string} api
   * @param {{open: () => boolean, say: (words: string, seconds?: string) => void, shown: (id: string) => void}} owner
   */
  constructor(outbox, api, owner) {
    this._outbox = outbox;
    this._api = api;
    this._owner = owner;
    this._timer = 0;
    this._askAt = 0;
    this._asked = 0;
    this._parts = {};
  }

  /** One of mine is on its way. */
  look() {
    this._timer ||= setInterval(() => this._tick(), TICK_MS);
  }

  _tick() {
    const now = Date.now();
    const all = this._outbox.entries;
    const late = this._owner.open() ? all.filter(({ state, since }) => state === "accepted" && now - since > PATIENCE_MS) : [];
    const refused = all.filter(({ state }) => state === "waiting");
    for (const entry of late) this._outbox.note(entry.id, entry.stage, `${this._why(late)} ${this._hope()}`);
    for (const entry of refused) this._outbox.note(entry.id, undefined, again(entry, now));
    if (late.length && now >= this._askAt) this._ask(late[0]);
    const away = refused.find(({ code }) => code !== "too_fast");
    if (away) this._sayRefused(away, all.filter(({ state }) => state === "waiting" || state === "sending").length, now);
    else if (late.length) this._sayLate(late);
    else this._over(all);
  }

  _over(all) {
    this._askAt = 0;
    this._asked = 0;
    this._parts = {};
    this._owner.say("");
    if (all.some(({ state }) => state === "accepted" || state === "waiting")) return;
    clearInterval(this._timer);
    this._timer = 0;
  }

  /** What lacks, and how far the first has come: one question each to the house and to the trail. */
  _ask({ id }) {
    const wait = Math.min(ASK_MS * 2 ** this._asked, LONGEST_ASK_MS);
    this._asked += 1;
    this._askAt = Date.now() + wait * (1 + Math.random() / 4);
    call("GET", "/readyz").then((answer) => this._askAt && (this._parts = answer.data?.parts ?? {}));
    trailOf(this._api, id).then((answer) => this._askAt && answer.ok && this._follow(id, answer.data.stages.at(-1)));
  }

  _follow(id, last) {
    // Shown long ago, above what this page shows: after a reload the room does not tell it again.
    if (last?.stage === "delivered" && last.outcome === "shown") this._owner.shown(id);
    else if (last) this._outbox.note(id, last.stage);
  }

  /** What the house lacks, else what the first of them waits for: those behind it wait for the same. */
  _why([{ stage }]) {
    return this._lacks()?.[1] ?? STAGES[stage] ?? SLOW;
  }

  _hope() {
    return this._lacks()?.[2] ?? BY_ITSELF;
  }

  _lacks() {
    return AWAY.find(([part]) => this._parts[part] === "away");
  }

  _sayLate(late) {
    const mine = ngettext("%(num)s message of yours waits and is safe.", "%(num)s messages of yours wait and are safe.", late.length);
    this._owner.say(`${this._why(late)} ${mine}`);
  }

  _sayRefused(first, count, now) {
    const kept = ngettext("%(num)s message of yours is kept here.", "%(num)s messages of yours are kept here.", count);
    const seconds = left(first, now);
    this._owner.say(`${_("The room takes no messages just now.")} ${kept}`, seconds ? _("Trying again in %(seconds)s s.", { seconds }) : _("Trying again now."));
  }
}

function again(entry, now) {
  const seconds = left(entry, now);
  return seconds ? _("It is tried again in %(seconds)s s.", { seconds }) : _("It is tried again now.");
}

const left = ({ retryAt }, now) => Math.max(0, Math.ceil((retryAt - now) / 1000));
