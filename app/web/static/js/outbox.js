/**
 * What I wrote and the room has not shown yet: kept through reloads and lost connections, sent in
 * order, one at a time, always under the same id.
 *
 * State: sending → accepted → (delivered: leaves the outbox); or waiting (too fast, goes by itself),
 * held, rejected, failed.
 *
 * @typedef {{id: string, text: string, state: "sending"|"waiting"|"accepted"|"held"|"rejected"|"failed",
 *   reason?: string, retryAt?: number}} Entry
 */

import { call } from "./http.js";
import { newId } from "./ids.js";
import { tab } from "./keep.js";

const ANSWER_WITHIN_MS = 10_000;
const HTTP_WAIT_SECONDS = 5;
const KEPT = 50;
const GOES_BY_ITSELF = new Set(["too_fast", "unavailable", "unreachable"]);

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
    this._asked = new Set();
    this._patience = 0;
    this._later = 0;
  }

  get entries() {
    return this._entries;
  }

  /** Puts a new text at the end of the queue. */
  add(text) {
    const entry = { id: newId(), text, state: "sending" };
    this._entries.push(entry);
    this._change(entry);
    this.flush();
    return entry;
  }

  /** Tries a failed one again, as the newest. */
  retry(id) {
    const entry = this._find(id);
    if (!entry) return;
    this._entries = [...this._entries.filter((other) => other !== entry), entry];
    this._change(entry, "sending");
    this.flush();
  }

  /** Forgets one: it was shown, or its author let it go. */
  drop(id) {
    this._entries = this._entries.filter((entry) => entry.id !== id);
    this._asked.delete(id);
    this._keep();
    this._landed(id);
  }

  clear() {
    this._entries = [];
    this._keep();
  }

  /** The link is new: whatever was on its way may be lost, so it goes out again. */
  reopened() {
    this._landed(this._inFlight);
    this._asked.clear();
    this.flush();
  }

  /** The room has caught up: what it accepted and still does not show is asked after, under the same id. */
  caughtUp() {
    for (const entry of this._entries) {
      if (entry.state !== "accepted" && entry.state !== "held") continue;
      this._asked.add(entry.id);
      this._connection.send({ type: "say", id: entry.id, text: entry.text });
    }
  }

  /** Sends the first that waits, if nothing is on its way. */
  flush() {
    if (this._inFlight || !this._connection.open) return;
    const entry = this._entries.find(({ state }) => state === "sending" || state === "waiting");
    if (!entry) return;
    const wait = (entry.retryAt ?? 0) - Date.now();
    if (wait > 0) return this._flushIn(wait);
    this._change(entry, "sending");
    this._inFlight = entry.id;
    if (this._connection.talks) this._say(entry);
    else this._post(entry);
  }

  /** An answer from the socket about one of mine. */
  answered(frame) {
    const entry = this._find(frame.id);
    if (!entry) return;
    const knownBetter = frame.type === "accepted" && entry.state === "held";
    if (frame.type !== "error") knownBetter || this._change(entry, frame.type, frame.reason);
    else if (!this._asked.has(entry.id)) this._refused(entry, frame.code, frame.detail, frame.retry_after);
    this._landed(entry.id);
  }

  _say(entry) {
    this._connection.send({ type: "say", id: entry.id, text: entry.text });
    clearTimeout(this._patience);
    // No answer means a dead line that nobody has noticed: a new one brings it to light.
    this._patience = setTimeout(() => this._connection.restart(), ANSWER_WITHIN_MS);
  }

  async _post(entry) {
    const url = `${this._api}/messages?wait=${HTTP_WAIT_SECONDS}`;
    const answer = await call("POST", url, { id: entry.id, text: entry.text });
    if (!this._find(entry.id)) return this._landed(entry.id);
    if (answer.ok) this._change(entry, answer.data.state === "held" ? "held" : "accepted", answer.data.reason);
    else this._refused(entry, answer.code, answer.words, answer.retryAfter);
    this._landed(entry.id);
  }

  _refused(entry, code, words, retryAfter) {
    if (code === "rejected") return this._change(entry, "rejected", words);
    if (code === "unauthorized") this._listener.unauthorized(words);
    if (!GOES_BY_ITSELF.has(code)) return this._change(entry, "failed", words);
    entry.retryAt = Date.now() + (retryAfter ?? 3) * 1000;
    this._change(entry, "waiting", words);
  }

  _landed(id) {
    if (id !== this._inFlight) return;
    clearTimeout(this._patience);
    this._inFlight = null;
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
    entry.state = state;
    entry.reason = reason;
    this._keep();
    this._listener.changed(entry);
  }

  _keep() {
    tab.write(this._key, this._entries.length ? this._entries.slice(-KEPT) : null);
  }
}
