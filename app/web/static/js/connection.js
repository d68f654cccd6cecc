/**
 * Keeps a room on the screen whatever the network does: opens the best link there is, applies events
 * once and in order, and comes back after every loss with the last seq it saw.
 *
 * @typedef {{name: "connecting"|"open"|"waiting"|"offline"|"over"|"missing"|"refused", retryAt?: number}} State
 */

import { CODE, poll, socket, stream } from "./transports.js";

/** After a loss everybody comes back at another moment within this. */
const SPREAD_MS = { 1012: 2_200, 1013: 3_000, otherwise: 1_200 };
const LEAST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;
/** A process that died is back in a few seconds; who has tried so often in vain waits twice as long each time. */
const QUICK_TRIES = 3;
const MOST_DOUBLINGS = 8;
/** A line that held for so long was a good one: the next loss begins with short waits again. */
const STEADY_MS = 10_000;
const GAP_SPREAD_MS = 500;
const ASLEEP_MS = 5_000;
const AWAY_MS = 60_000;
const GAP_PATIENCE = 3;

/** After the socket failed twice in a row, the humbler ways get their turn; then again the socket. */
const ORDER = [socket, socket, stream, poll];

const FINAL = { [CODE.gone]: "over", [CODE.missing]: "missing", [CODE.refused]: "refused" };

const isApple = /iP(hone|ad|od)/.test(navigator.userAgent) || (navigator.userAgent.includes("Mac") && navigator.maxTouchPoints > 1);

/**
 * How long to wait after a loss: a random moment, as a server that restarts must not be run over by a whole school.
 * @param {number} code why the line was closed
 * @param {number} losses how many there were in a row, this one included
 */
export function delayAfter(code, losses) {
  const doublings = Math.min(Math.max(0, losses - QUICK_TRIES), MOST_DOUBLINGS);
  const spread = (SPREAD_MS[code] ?? SPREAD_MS.otherwise) * 2 ** doublings;
  return LEAST_DELAY_MS + Math.random() * Math.min(LONGEST_DELAY_MS, spread);
}

export class Connection {
  /**
   * @param {{socketUrl: string, api: string, query?: Object<string, string>}} where `query` goes with every link
   * @param {{frame: (frame: any) => void, state: (state: State) => void}} listener
   */
  constructor(where, listener) {
    this._where = where;
    this._listener = listener;
    this._last = 0;
    this._failures = 0;
    this._losses = 0;
    this._gaps = 0;
    this._turn = 0;
    this._link = null;
    this._open = false;
    this._running = false;
    this._timer = 0;
    this._steady = 0;
    this._hiddenAt = 0;
    this._watchTheWorld();
  }

  /** The seq of the last event that was applied. */
  get last() {
    return this._last;
  }

  /** Whether frames come in now. */
  get open() {
    return this._open;
  }

  /** Whether one can talk over the link itself; else one posts by HTTP. */
  get talks() {
    return this._open && Boolean(this._link?.say);
  }

  /** Whether the link tells me what becomes of my messages; a poll does not. */
  get hears() {
    return this._open && Boolean(this._link?.hears);
  }

  /** Begins to listen to everything after `after`. */
  start(after) {
    this._last = after;
    this._running = true;
    this._gaps = 0;
    this._connect();
  }

  /** Closes the link and opens it again from where we are: new credentials, or a line that seems dead. */
  restart() {
    if (!this._running) return;
    this._drop();
    this._connect();
  }

  /** Ends for good. */
  stop() {
    this._running = false;
    this._drop();
    clearTimeout(this._timer);
  }

  /** @returns {boolean} whether the frame went out */
  send(frame) {
    return this.talks && this._link.say(frame);
  }

  _drop() {
    clearTimeout(this._steady);
    this._turn += 1;
    this._link?.close();
    this._link = null;
    this._open = false;
  }

  _connect() {
    clearTimeout(this._timer);
    this._drop();
    const turn = this._turn;
    const mine = (act) => (...values) => turn === this._turn && act(...values);
    this._tell({ name: navigator.onLine ? "connecting" : "offline" });
    const transport = ORDER[this._failures % ORDER.length];
    const listener = {
      opened: mine(() => this._opened()),
      frames: mine((frames) => this._take(frames, turn)),
      closed: mine((code) => this._closed(code)),
    };
    try {
      this._link = transport(this._where, this._last, listener);
    } catch {
      this._lacks();
    }
  }

  /** This browser, or whoever looks after it, has no such link: the next way at once. The poll is always there. */
  _lacks() {
    this._failures += 1;
    this._connect();
  }

  _opened() {
    this._open = true;
    // A fall-back that works is kept until it breaks; then the socket gets its next chance.
    this._failures = 0;
    clearTimeout(this._steady);
    this._steady = setTimeout(() => (this._losses = 0), STEADY_MS);
    this._tell({ name: "open" });
  }

  _closed(code) {
    this._drop();
    if (code in FINAL) return this._end(FINAL[code]);
    this._failures += 1;
    this._tryAgain(this._delay(code));
  }

  _end(name) {
    this._running = false;
    this._tell({ name });
  }

  _delay(code) {
    this._losses += 1;
    return delayAfter(code, this._losses);
  }

  // "Offline" is only a word here: a server on this machine or this LAN may answer all the same.
  _tryAgain(delay) {
    const name = navigator.onLine ? "waiting" : "offline";
    this._tell({ name, retryAt: Date.now() + delay });
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._connect(), delay);
  }

  _take(frames, turn) {
    for (const frame of frames) {
      if (turn !== this._turn) return;
      if (frame.type === "event") this._event(frame);
      else if (frame.type === "reset") this._reset();
      else this._listener.frame(frame);
    }
  }

  _event(event) {
    if (event.seq <= this._last) return;
    if (event.seq > this._last + 1 && this._gaps < GAP_PATIENCE) return this._gap();
    this._gaps = 0;
    this._last = event.seq;
    this._listener.frame(event);
  }

  /** Something is missing: ask again from the last we have. If it stays missing, go on without it. */
  _gap() {
    this._gaps += 1;
    this._drop();
    this._tryAgain(this._gaps * GAP_SPREAD_MS * Math.random());
  }

  /** The owner begins anew and calls start() with the new place. */
  _reset() {
    this._drop();
    this._listener.frame({ type: "reset" });
  }

  _tell(state) {
    this._listener.state(state);
  }

  _now() {
    if (!this._running || this._open) return;
    this._failures = 0;
    this._losses = 0;
    this._connect();
  }

  _watchTheWorld() {
    addEventListener("online", () => this._backOnline());
    addEventListener("offline", () => this._running && this._lostNetwork());
    addEventListener("pageshow", (event) => event.persisted && this.restart());
    document.addEventListener("visibilitychange", () => this._seen());
  }

  /** A whole class gets its network back in the same moment. */
  _backOnline() {
    if (!this._running || this._open) return;
    this._failures = 0;
    this._losses = 0;
    this._tryAgain(this._delay(0));
  }

  /** A socket does not notice a lost network for minutes; the browser does at once. */
  _lostNetwork() {
    this._drop();
    this._tryAgain(this._delay(0));
  }

  /** iOS lets a hidden page's link die and calls it open: come back with a fresh one. */
  _seen() {
    if (document.hidden) {
      this._hiddenAt = Date.now();
      return;
    }
    const hidden = Date.now() - this._hiddenAt;
    if (this._open && hidden > (isApple ? ASLEEP_MS : AWAY_MS)) this.restart();
    else this._now();
  }
}
