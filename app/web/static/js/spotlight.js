/** What stands large above the messages: what the host pinned, else the question with the most votes. */

import { calmly } from "./calmly.js";
import { call } from "./http.js";
import { linked } from "./links.js";
import { looking } from "./looking.js";
import { showAuthor } from "./message.js";
import { fit } from "./wall.js";
import { ngettext } from "./words.js";

/** @typedef {import("./boot.js").Message & {votes?: number, answered?: boolean}} Question */

/** A question for which nobody voted is one message among others. */
const LEAST_VOTES = 1;
/** A hall that votes at once is asked about once in so long. */
const ASK_AGAIN_MS = 1_000;
/** How much of the wall it may take. */
const MOST_OF_THE_WALL = 0.42;

export class Spotlight {
  /**
   * @param {HTMLElement} place
   * @param {string} api
   * @param {{hides: (message: Question) => boolean, still: () => boolean, changed: () => void}} wall what is not to be seen
   *   yet; whether nothing may change; that the place for the others has
   */
  constructor(place, api, wall) {
    this._place = place;
    this._api = api;
    this._wall = wall;
    /** @type {Question|null} */
    this._pinned = null;
    /** @type {Question[]} */
    this._questions = [];
    this._shown = null;
    this._key = null;
    /** Looks for the top question; at once, but never twice within a moment. */
    this.ask = calmly(looking(() => this._ask()), ASK_AGAIN_MS);
    new ResizeObserver(() => this._measure()).observe(place.parentElement);
  }

  /** @param {Question|null} message */
  pin(message) {
    this._pinned = message;
    this.show();
  }

  /** A question has another number of votes: at once where it is known, and soon the order of all. */
  voted({ id, votes }) {
    for (const message of this._all(id)) message.votes = votes;
    this.show();
    this.ask();
  }

  answered({ id, answered }) {
    for (const message of this._all(id)) message.answered = answered;
    this.show();
    this.ask();
  }

  remove(id) {
    const seen = this._shown?.id === id;
    if (this._pinned?.id === id) this._pinned = null;
    this._questions = this._questions.filter((question) => question.id !== id);
    this.show(seen);
    if (seen) this.ask();
  }

  /** The room is over. */
  clear() {
    this._pinned = null;
    this._questions = [];
    this.show(true);
  }

  rename({ id, nickname, glyph }) {
    for (const message of [this._pinned, ...this._questions]) if (message?.participant_id === id) Object.assign(message, { nickname }, glyph && { glyph });
    this.show();
  }

  async _ask() {
    const answer = await call("GET", `${this._api}/questions`);
    if (!answer.ok) return;
    this._questions = answer.data.questions;
    this.show();
  }

  /** @param {boolean} [now] even on a wall that stands still: what was removed must not wait */
  show(now = false) {
    if (this._wall.still() && !now) return;
    const message = this._pinned ?? this._questions.find((question) => this._counts(question)) ?? null;
    const key = message && JSON.stringify([message.id, message.votes, message.nickname, message === this._pinned]);
    if (key === this._key) return;
    this._key = key;
    this._fill(message);
    this._measure();
    this._wall.changed();
  }

  _counts(question) {
    return question.votes >= LEAST_VOTES && !question.answered && !this._wall.hides(question);
  }

  _all(id) {
    return [this._pinned, ...this._questions].filter((message) => message?.id === id);
  }

  _fill(message) {
    const another = message?.id !== this._shown?.id;
    this._shown = message;
    this._place.hidden = !message;
    if (!message) return;
    const part = (name) => this._place.querySelector(`[data-spotlight-${name}]`);
    for (const kind of ["pinned", "top"]) part(kind).hidden = (message === this._pinned) !== (kind === "pinned");
    const votes = message.votes ?? 0;
    part("votes").hidden = !votes;
    part("votes").textContent = ngettext("%(num)s vote", "%(num)s votes", votes);
    showAuthor(this._place, message.nickname, message.glyph, message.role ?? "");
    part("text").replaceChildren(linked(message.text));
    if (another) this._place.dataset.entering = "";
    this._place.addEventListener("animationend", () => delete this._place.dataset.entering, { once: true });
  }

  _measure() {
    if (this._shown) fit(this._place, this._place.parentElement.clientHeight * MOST_OF_THE_WALL);
  }
}
