/**
 * The moderation desk: puts its parts together. Each part keeps one panel, and is told what concerns it.
 *
 * @typedef {{
 *   hello?: () => void,
 *   event?: (event: Object) => void,
 *   room?: (room: import("./boot.js").Room) => void,
 *   shown?: (id: string) => void,
 *   frames?: Object<string, (frame: Object) => void>,
 * }} Part what a part wants to hear of: that the line is there (again), an event of the room, the room as it is now,
 *   that its panel was opened (perhaps about one person or message), and frames by their type
 *
 * @typedef {{
 *   api: string,
 *   isHost: boolean,
 *   me: string,
 *   room: () => import("./boot.js").Room,
 *   changed: (room: import("./boot.js").Room) => void,
 *   hears: () => boolean,
 *   ask: (method: string, path: string, body?: Object) => Promise<import("./http.js").Answer>,
 *   said: (words: string) => void,
 *   did: (words: string, undo: () => void) => void,
 *   soon: (words: string, act: () => void, undone: () => void) => void,
 *   count: (panel: string, number: number) => void,
 *   open: (panel: string, id?: string) => void,
 *   again: () => void,
 * }} Desk what a part may use; `me` is who I am, as leases and the ledger name me; `ask` calls the API below the room's path and says what went wrong, `did` and `soon` are undo.js's;
 *   `again` opens the line anew: with another key
 */

import { apiOf, readBoot, socketOf } from "./boot.js";
import { Banner } from "./banner.js";
import { Connection } from "./connection.js";
import { copyButtons } from "./copy.js";
import { countdown } from "./countdown.js";
import { ledger } from "./desk-ledger.js";
import { people } from "./desk-people.js";
import { raid } from "./desk-raid.js";
import { reports } from "./desk-reports.js";
import { rules } from "./desk-rules.js";
import { settings } from "./desk-settings.js";
import { waiting } from "./desk-waiting.js";
import { dialogs, menus } from "./dialogs.js";
import { hosting } from "./hosting.js";
import { call } from "./http.js";
import { remember } from "./rooms.js";
import { tabs } from "./tabs.js";
import { undoing } from "./undo.js";
import { _, ngettext } from "./words.js";

/** Helpers have neither the rules nor the settings. */
const PANELS = { waiting, people, reports, rules, ledger, settings };

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);

let room = boot.room;
/** What a panel is opened about: one person, one message. */
let about = null;
const counts = {};

const banner = new Banner($("[data-banner]"), false);
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);
const connection = new Connection({ socketUrl: socketOf(boot), api }, { frame, state: lineChanged });
/** @type {Desk} */
const desk = {
  api,
  isHost: boot.is_host,
  me: boot.me,
  room: () => room,
  changed: setRoom,
  hears: () => connection.hears,
  ask,
  said,
  ...undoing($("[data-undo]")),
  count,
  open,
  again: () => connection.restart(),
};

dialogs();
menus();
copyButtons();
hosting({ api, room: () => room, changed: setRoom, said, did: desk.did });
/** @type {Object<string, Part>} */
const parts = { raid: raid(desk) };
for (const [name, make] of Object.entries(PANELS)) if (document.getElementById(name)) parts[name] = make(desk);
const choose = tabs($("[data-tabs]"), opened);
addEventListener("hashchange", follow);
follow();
setRoom(room);
if (boot.is_host) remember(room, true, boot.links?.host);
connection.start(boot.last_seq ?? room.last_seq ?? 0);

function tell(what, ...words) {
  for (const part of Object.values(parts)) part[what]?.(...words);
}

function frame(message) {
  const take = {
    hello: () => {
      setRoom(message.room);
      tell("hello");
    },
    event: () => {
      if (message.kind === "room") setRoom(message.room);
      if (message.kind === "pinned") setRoom({ pinned: message.message });
      tell("event", message);
    },
    presence: () => showPresent(message.present),
    reset: () => location.reload(),
  }[message.type];
  take?.();
  for (const part of Object.values(parts)) part.frames?.[message.type]?.(message);
}

/** An address may name a panel, and whom it is to be opened about. */
function follow() {
  const [panel, id] = location.hash.slice(1).split("/");
  if (PANELS[panel] && parts[panel]) open(panel, id);
}

/** A panel was chosen: the address keeps which, and about whom. */
function opened(panel) {
  const which = about;
  about = null;
  const place = which ? `#${panel}/${which}` : `#${panel}`;
  history.replaceState(null, "", panel === "waiting" ? location.pathname : place);
  parts[panel].shown?.(which);
}

function open(panel, id = null) {
  about = id;
  choose(panel);
}

async function ask(method, path, body) {
  // What is decided as one leaves is decided.
  const answer = await call(method, api + path, body, undefined, method !== "GET");
  if (!answer.ok) said(answer.words);
  return answer;
}

function count(panel, number) {
  counts[panel] = number;
  const place = $(`[data-count="${panel}"]`);
  if (place) {
    place.textContent = String(number);
    place.hidden = !number;
  }
  showTitle();
}

function showTitle() {
  const all = Object.values(counts).reduce((sum, number) => sum + number, 0);
  const waiting = all ? `(${all}) ` : "";
  document.title = `${waiting}${boot.is_host ? _("Host desk: %(title)s", { title: room.title || room.name }) : _("Helper desk: %(title)s", { title: room.title || room.name })} · Parley`;
}

function setRoom(now) {
  room = { ...room, ...now };
  for (const place of document.querySelectorAll("[data-room-title]")) place.textContent = room.title || room.name;
  showState();
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
  showTitle();
  tell("room", room);
}

function showState() {
  const states = { open: _("Open"), paused: _("Paused"), closed: _("Closed") };
  $("[data-state-badge]").textContent = states[room.state];
  $("[data-state-badge]").dataset.state = room.state;
  const pause = $("[data-pause]");
  if (!pause) return;
  pause.dataset.pause = room.state === "paused" ? "resume" : "pause";
  $("[data-pause-words]").textContent = room.state === "paused" ? _("Resume") : _("Pause");
}

function showPresent(present) {
  $("[data-presence]").textContent = ngettext("%(num)s here", "%(num)s here", present);
}

function lineChanged(state) {
  if (state.name === "over" || state.name === "missing") return location.assign(`/${room.name}`);
  if (state.name === "refused") return said(_("This desk is the host's. Please open the host link again."));
  banner.show(state);
}

function said(words) {
  $("[data-notice-words]").textContent = words;
  $("[data-notice]").hidden = false;
}

$("[data-notice-close]").addEventListener("click", () => ($("[data-notice]").hidden = true));
