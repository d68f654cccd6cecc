/**
 * What I wrote and the room has not shown yet: kept through reloads and lost connections, sent in
 * order, one at a time, always under the same id.
 *
 * State: sending → accepted → (shown: leaves the outbox); or waiting (refused for now, goes by itself),
 * held, rejected, failed. Until it is shown even an accepted one is sent again now and then: the room
 * knows the id, and a house that has lost it takes it anew.
 *
 * @typedef {{id: string, text: string, question?: true, state: "sending"|"waiting"|"accepted"|"held"|"rejected"|"failed",
 *   reason?: string, code?: string, stage?: string, appeal?: "asked"|"answered", adopted?: true, retryAt?: number, tries?: number, since?: number}} Entry
 */

import { call } from "./http.js";
import { newId } from "./ids.js";
import { tab } from "./keep.js";

const ANSWER_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 5_000;
const KEPT = 500;

/** How long the answer to an HTTP post may wait for the message's fate, where nothing else tells it. */
const FATE_SECONDS = 5;
const ASKED_FATE_SECONDS = 1;

/** When an accepted one that is not shown is sent again: after 10 s, 20 s, 40 s, … */
const AGAIN_MS = 10_000;
const LONGEST_AGAIN_MS = 160_000;

const GOES_BY_ITSELF = new Set(["too_fast", "unavailable", "unreachable"]);
const RETRY_SECONDS = 3;
const MOST_DOUBLINGS = 1;

/** Many wait for the same house: nobody comes back at the same moment as the others. */
const spread = (milliseconds) => milliseconds * (1 + Math.random() / 4);

const said = ({ id, text, question }) => ({ id, text, ...(question && { question }) });

export class Outbox {
  /**
   * @param {string} key where this tab keeps it
   * @param {string} api
   * @param {import("./connection.js").Connection} connection
   * @param {{changed: (entry: Entry) => void, unauthorized: (words: string) => void}} listener
   */
  constructor(key, api, connection, listener) {
    this._key = key;
    this._api = api;
    this._connection = connection;
    this._listener = listener;
    /** @type {Entry[]} */
    this._entries = tab.read(key, []);
    this._inFlight = null;
    /** What is shown by now has arrived: only then is anything sent that may have been sent before. */
    this._ready = false;
    /** When an accepted or held one is sent again: id → {at, times}. */
    this._again = new Map();
    this._patience = 0;
    this._readyTimer = 0;
    this._later = 0;
  }

  get entries() {
    return this._entries;
  }

  /** Puts a new text at the end of the queue. */
  add(text, question = false) {
    const entry = { id: newId(), text, ...(question && { question }), state: "sending", since: Date.now() };
    this._entries.push(entry);
    this._change(entry);
    this.flush();
    return entry;
  }

  /**
   * Takes in what waits for the host and was said in another tab, or in one that is closed. It is with the room already:
   * it is never sent, and the page brings it anew each time it is loaded.
   */
  adopt(held) {
    const own = this._entries.filter((entry) => !entry.adopted);
    const unknown = held.filter(({ id }) => !own.some((entry) => entry.id === id));
    const adopted = unknown.map(({ id, text, question, reason, at, appealed }) => {
      return { id, text, question, reason, state: "held", since: Date.parse(at), appeal: appealed && "asked", adopted: true };
    });
    this._entries = [...adopted, ...own];
    this._keep();
  }

  /** Tries a failed one again, as the newest. */
  retry(id) {
    const entry = this._find(id);
    if (!entry) return;
    this._entries = [...this._entries.filter((other) => other !== entry), entry];
    entry.tries = 0;
    this._change(entry, "sending");
    this.flush();
  }

  /** Forgets one: it was shown, or its author let it go. */
  drop(id) {
    this._entries = this._entries.filter((entry) => entry.id !== id);
    this._again.delete(id);
    this._keep();
    this._landed(id);
  }

  /** Notes how far an accepted one has come, or what it waits for. */
  note(id, stage, reason) {
    const entry = this._find(id);
    if (!entry || (entry.stage === stage && entry.reason === reason)) return;
    entry.stage = stage;
    this._change(entry, entry.state, reason);
  }

  /** I have asked for another look at one that is not shown. */
  appealed(id) {
    const entry = this._find(id);
    if (!entry || entry.appeal) return;
    entry.appeal = "asked";
    this._change(entry, entry.state, entry.reason);
  }

  clear() {
    this._entries = [];
    this._again.clear();
    this._keep();
  }

  /** The link is new: whatever was on its way may be lost, or shown by what comes now. */
  reopened() {
    clearTimeout(this._patience);
    this._inFlight = null;
    this._ready = false;
    clearTimeout(this._readyTimer);
    this._readyTimer = setTimeout(() => this.caughtUp(), READY_WITHIN_MS);
  }

  /** The room has shown all that it had: what is not among it is sent again, in order, under the same id. */
  caughtUp() {
    if (this._ready) return;
    clearTimeout(this._readyTimer);
    for (const entry of this._entries) {
      if (!entry.adopted && (entry.state === "accepted" || entry.state === "held")) this._again.set(entry.id, { at: 0, times: 0 });
      if (entry.code !== "too_fast") entry.retryAt = 0; // whoever refused it may be back by now
    }
    this._ready = true;
    this.flush();
  }

  /** Sends the first whose time has come, if nothing is on its way. */
  flush() {
    if (this._inFlight || !this._ready || !this._connection.open) return;
    const { entry, wait } = this._next(Date.now());
    if (!entry) return wait < Infinity && this._flushIn(wait);
    this._inFlight = entry.id;
    if (this._connection.talks) this._say(entry);
    else this._post(entry);
  }

  /** An answer from the room about one of mine. */
  answered(frame) {
    const entry = this._find(frame.id);
    if (!entry) return;
    if (frame.type === "error") this._refused(entry, frame.code, frame.detail, frame.retry_after);
    else this._known(entry, frame.type, frame.reason);
    this._landed(entry.id);
  }

  /** The first that may go now; else how long until one may. A refused one holds up those behind it, so that order is kept. */
  _next(now) {
    let wait = Infinity;
    for (const entry of this._entries) {
      const fresh = entry.state === "sending" || entry.state === "waiting";
      const at = fresh ? (entry.retryAt ?? 0) : this._again.get(entry.id)?.at;
      if (at === undefined) continue;
      if (at <= now) return { entry: fresh ? entry : this._firstBefore(entry), wait: 0 };
      wait = Math.min(wait, at - now);
      if (fresh) break;
    }
    return { entry: null, wait };
  }

  /** If one was lost, those before it may be, too: they go before it again, once, as they did the first time. */
  _firstBefore(due) {
    const { times } = this._again.get(due.id);
    return this._entries.find((entry) => entry === due || this._again.get(entry.id)?.times <= times);
  }

  _say(entry) {
    this._connection.send({ type: "say", ...said(entry) });
    clearTimeout(this._patience);
    // No answer means a dead line that nobody has noticed: a new one brings it to light.
    this._patience = setTimeout(() => this._connection.restart(), ANSWER_WITHIN_MS);
  }

  async _post(entry) {
    const wait = this._connection.hears ? 0 : this._again.has(entry.id) ? ASKED_FATE_SECONDS : FATE_SECONDS;
    const answer = await call("POST", `${this._api}/messages?wait=${wait}`, said(entry));
    if (!this._find(entry.id)) return this._landed(entry.id);
    if (answer.ok) this._known(entry, answer.data.state === "held" ? "held" : "accepted", answer.data.reason);
    else if (answer.code === "rejected") this._known(entry, "rejected", answer.words);
    else this._refused(entry, answer.code, answer.words, answer.retryAfter);
    this._landed(entry.id);
  }

  _known(entry, state, reason) {
    if (state === "accepted") return this._accepted(entry);
    this._again.delete(entry.id);
    if (entry.state === state && entry.reason === reason) return;
    if (entry.appeal && state === "rejected") entry.appeal = "answered";
    this._change(entry, state, reason);
  }

  _accepted(entry) {
    if (entry.state === "held") return void this._again.delete(entry.id); // the room said more before
    entry.tries = 0;
    this._askAgain(entry);
    if (entry.state !== "accepted") this._change(entry, "accepted");
  }

  _askAgain({ id }) {
    const times = this._again.get(id)?.times ?? 0;
    this._again.set(id, { at: Date.now() + spread(Math.min(AGAIN_MS * 2 ** times, LONGEST_AGAIN_MS)), times: times + 1 });
  }

  _refused(entry, code, words, retryAfter) {
    if (code === "unauthorized") this._listener.unauthorized(words);
    // It was accepted before: that it may not be said again now is no news of it.
    if (this._again.has(entry.id)) return this._askAgain(entry);
    entry.code = code;
    if (!GOES_BY_ITSELF.has(code)) return this._change(entry, "failed", words);
    entry.tries = (entry.tries ?? 0) + 1;
    const doublings = code === "too_fast" ? 0 : Math.min(entry.tries - 1, MOST_DOUBLINGS);
    entry.retryAt = Date.now() + spread((retryAfter ?? RETRY_SECONDS) * 1000 * 2 ** doublings);
    this._change(entry, "waiting");
  }

  _landed(id) {
    if (id === this._inFlight) {
      clearTimeout(this._patience);
      this._inFlight = null;
    }
    this.flush();
  }

  _flushIn(milliseconds) {
    clearTimeout(this._later);
    this._later = setTimeout(() => this.flush(), milliseconds);
  }

  _find(id) {
    return this._entries.find((entry) => entry.id === id);
  }

  _change(entry, state = entry.state, reason = undefined) {
    if (state !== entry.state) Object.assign(entry, { since: Date.now(), stage: undefined });
    entry.state = state;
    entry.reason = reason;
    this._keep();
    this._listener.changed(entry);
  }

  _keep() {
    tab.write(this._key, this._entries.length ? this._entries.slice(-KEPT) : null);
  }
}
