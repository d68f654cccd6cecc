/**
 * Three ways to hear a room, best first: a WebSocket, Server-Sent Events, a long poll. Each is a
 * function that opens one link and tells its listener what happens; what to do then is connection.js's.
 *
 * @typedef {{opened: () => void, frames: (frames: object[]) => void, closed: (code: number) => void}} Listener
 * @typedef {{say: ((frame: object) => boolean)|null, hears: boolean, close: () => void}} Link
 */

import { call } from "./http.js";

const OPEN_WITHIN_MS = 10_000;
const POLL_SECONDS = 25;
const POLL_PAGE = 200;
const BREATH_MS = 1_500;

/** Close codes that the server does not send but that mean the same to us. */
export const CODE = { gone: 4410, missing: 4404, refused: 1008, lost: 1006 };

const codeOfStatus = { 401: CODE.refused, 403: CODE.refused, 404: CODE.missing, 410: CODE.gone };

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).map(typed);
  } catch {
    return [];
  }
}

/** Events outside the socket come without an envelope. */
const typed = (value) => (value.type ? value : { type: "event", ...value });

/** Tells the listener once that it is over, and never again after we closed it ourselves. */
function once(listener) {
  let over = false;
  return {
    get over() {
      return over;
    },
    opened: () => over || listener.opened(),
    frames: (frames) => over || !frames.length || listener.frames(frames),
    closed(code) {
      if (over) return;
      over = true;
      listener.closed(code);
    },
    silence() {
      over = true;
    },
  };
}

/** Where a link leads: to what comes after `after`, asked for as a frame asks that cannot be told apart by a cookie. */
function placed(path, { query }, after) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries({ ...query, after })) url.searchParams.set(name, String(value));
  return url;
}

/** @returns {Link} */
export function socket(where, after, listener) {
  const to = once(listener);
  const url = placed(where.socketUrl, where, after);
  url.protocol = url.protocol.replace("http", "ws");
  const line = new WebSocket(url);
  const tooLate = setTimeout(() => drop(CODE.lost), OPEN_WITHIN_MS);
  function drop(code) {
    clearTimeout(tooLate);
    to.closed(code);
    line.close();
  }
  line.onmessage = (event) => {
    clearTimeout(tooLate);
    const frames = parsed(event.data);
    if (frames.some((frame) => frame.type === "hello")) to.opened();
    to.frames(frames);
  };
  line.onclose = (event) => drop(event.code);
  return {
    hears: true,
    say(frame) {
      if (line.readyState !== WebSocket.OPEN) return false;
      line.send(JSON.stringify(frame));
      return true;
    },
    close() {
      clearTimeout(tooLate);
      to.silence();
      line.close(1000);
    },
  };
}

/** @returns {Link} */
export function stream(where, after, listener) {
  const to = once(listener);
  const source = new EventSource(placed(`${where.api}/events/stream`, where, after));
  const tooLate = setTimeout(() => drop(CODE.lost), OPEN_WITHIN_MS);
  function drop(code) {
    clearTimeout(tooLate);
    source.close();
    to.closed(code);
  }
  function hear(event) {
    const frames = parsed(event.data);
    if (frames.some((frame) => frame.type === "hello")) {
      clearTimeout(tooLate);
      to.opened();
    }
    to.frames(frames);
  }
  source.addEventListener("word", hear); // what is no event of the room: the greeting, presence, answers
  source.onmessage = hear;
  source.onerror = () => drop(CODE.lost);
  return {
    say: null,
    hears: true,
    close() {
      clearTimeout(tooLate);
      to.silence();
      source.close();
    },
  };
}

/** A poll has no greeting: the room as it is now stands in for it. */
async function greet(api, to) {
  const answer = await call("GET", api);
  if (!answer.ok) {
    to.closed(codeOfStatus[answer.status] ?? CODE.lost);
    return false;
  }
  const room = answer.data.room;
  to.opened();
  to.frames([{ type: "hello", room, last_seq: room.last_seq }]);
  return true;
}

/** @returns {Link} */
export function poll({ api }, after, listener) {
  const to = once(listener);
  const stop = new AbortController();
  let seen = after;

  async function ask() {
    const asked = Date.now();
    const url = `${api}/events?after=${seen}&limit=${POLL_PAGE}&wait=${POLL_SECONDS}`;
    const answer = await call("GET", url, undefined, stop.signal);
    if (to.over) return;
    if (!answer.ok) return to.closed(codeOfStatus[answer.status] ?? CODE.lost);
    const events = answer.data.events;
    if (answer.data.last_seq < seen) return to.frames([{ type: "reset" }]);
    to.frames(events.map(typed));
    if (events.length) seen = events.at(-1).seq;
    // A server that does not wait must not be asked in a tight circle.
    const early = !events.length && Date.now() - asked < BREATH_MS;
    setTimeout(() => to.over || ask(), early ? BREATH_MS : 0);
  }

  greet(api, to).then((done) => done && !to.over && ask());
  return {
    say: null,
    hears: false,
    close() {
      to.silence();
      stop.abort();
    },
  };
}
