/** The room in a frame on somebody's page: it reads along. Where the host allows writing, writing.js comes with it. */

import { readBoot } from "./boot.js";
import { Banner } from "./banner.js";
import { Connection } from "./connection.js";
import { countdown } from "./countdown.js";
import { call, frame as asFrame } from "./http.js";
import { Log } from "./log.js";
import { calls } from "./mentions.js";
import { Pinned } from "./pinned.js";
import { Votes } from "./votes.js";
import { _, ngettext } from "./words.js";

const RELOAD_AGAIN_MS = 3_000;
/** The host has changed what frames may do: all of them load anew, not all in one moment. */
const RELOAD_SPREAD_MS = 3_000;

asFrame.is = true;

const boot = readBoot();
const { api } = boot;
const where = { socketUrl: boot.ws_url, api, query: { embed: "1" } };
const $ = (selector) => document.querySelector(selector);
const page = $("[data-room]");
const locked = Boolean($("[data-locked]"));

let room = boot.room;
let over = false;
let epoch = null;
/** The seq that the room we show stands for: an older change that is replayed must not undo it. */
let roomSeq = room.last_seq;
/** @type {import("./writing.js").Writing|null} */
let writing = null;

const pinned = new Pinned($("[data-pinned]"));
const banner = new Banner($("[data-banner]"), Boolean($("[data-join]")));
const votes = new Votes($("#main"), api, `parley.embed.votes.${room.code}`, { may: () => writing.mayVote(), refused: (words) => writing.notice(words) });
const log = new Log(
  { log: $("[role=log]"), scroller: $("[data-scroller]"), pill: $("[data-pill]"), earlier: $("[data-earlier]"), empty: $("[data-empty]") },
  api,
  { isOwn: (id) => Boolean(writing?.you && id === writing.you.id), dress, calls: (text) => calls(text, writing?.you?.nickname), unread: () => {}, host: false },
);
const connection = new Connection(where, { frame, state: lineChanged });
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);

if ($("[data-join]")) {
  const { Writing } = await import("./writing.js");
  writing = new Writing({ room: () => room, over: () => over, where, connection, log, banner, begin });
}
setRoom(room);
if (!locked) connection.start(boot.after);
else if (writing.you) begin();

/** Who only reads sees how many voted, and does not vote. */
function dress(element) {
  votes.dress(element);
  if (!$("[data-join]")) element.querySelector("[data-vote]")?.setAttribute("disabled", "");
  return element;
}

/** What a password kept from us comes first; then what happens. */
async function begin() {
  connection.stop();
  const now = await call("GET", api);
  if (now.status === 404 || now.status === 410) return ended();
  if (locked && (await call("GET", `${api}/messages?limit=1`)).status === 401) return writing.refused();
  if (!now.ok || !(await log.reload())) return void setTimeout(begin, RELOAD_AGAIN_MS);
  votes.clear();
  writing?.dropShown();
  pinned.show(now.data.room.pinned);
  roomSeq = now.data.room.last_seq;
  connection.start(roomSeq);
}

function frame(message) {
  if (message.type === "hello") hello(message);
  else if (message.type === "event") happened(message);
  else if (message.type === "presence") showPresent(message.present);
  else if (message.type === "reset") beginAnew();
  else writing?.answered(message);
}

function hello({ room: now, you, last_seq: lastSeq, epoch: its }) {
  if (now.code !== room.code) return location.reload();
  if (epoch && its && its !== epoch) return beginAnew(its);
  epoch = its ?? epoch;
  roomSeq = lastSeq;
  setRoom(now);
  writing?.hello(you, lastSeq);
}

function happened(event) {
  if (event.kind === "message") {
    writing?.shown(event.message.id);
    log.add(event);
  } else if (event.kind === "removed") log.remove(event.id);
  else if (event.kind === "renamed") {
    log.rename(event.participant ?? event);
    pinned.rename(event.participant ?? event);
  } else if (event.kind === "pinned") pinned.show(event.message);
  else if (event.kind === "vote") votes.know(event.id, { votes: event.votes });
  else if (event.kind === "answered") votes.know(event.id, { answered: event.answered });
  else if (event.kind === "room" && event.seq > roomSeq) setRoom(event.room);
  writing?.happened(event);
}

function beginAnew(its = null) {
  epoch = its;
  begin();
}

function lineChanged(state) {
  page.dataset.line = state.name;
  if (state.name === "over" || state.name === "missing") return ended();
  if (state.name === "refused") return writing?.refused();
  banner.show(state);
}

function ended(words = _("This room is over. Everything said here has been forgotten or is being forgotten now.")) {
  over = true;
  connection.stop();
  banner.show({ name: "open" });
  votes.forget();
  pinned.show(null);
  writing?.ended();
  log.over();
  say(words);
}

function setRoom(now) {
  if (now.embed && JSON.stringify(now.embed) !== JSON.stringify(boot.room.embed)) return allowed(now.embed);
  room = { ...room, ...now };
  page.dataset.state = room.state;
  document.title = `${room.title || room.name} · Parley`;
  $("[data-room-title]").textContent = room.title || room.name;
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
  if (!over) say(stopped());
}

/** The host has changed where the room may be shown: the server says what that means here, unless it is nowhere. */
function allowed({ mode }) {
  if (mode !== "off") return void setTimeout(() => location.reload(), Math.random() * RELOAD_SPREAD_MS);
  ended(_("The host does not show this room on other pages any more. Open it in its own tab."));
  $(".stamp")?.remove();
}

function stopped() {
  if (room.state === "closed") return _("This room is closed. Everything said here is being forgotten.");
  return room.state === "paused" ? _("The host has paused this room.") : "";
}

function say(why) {
  $("[data-stopped]").hidden = !why;
  if ($("[data-stopped-words]").textContent !== why) $("[data-stopped-words]").textContent = why;
  writing?.show(why);
}

function showPresent(present) {
  $("[data-presence]").textContent = present ? ngettext("%(num)s here", "%(num)s here", present) : "";
}
