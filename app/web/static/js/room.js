/** The room's page: puts its parts together. */

import { apiOf, readBoot, socketOf } from "./boot.js";
import { announce } from "./announce.js";
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { copyButtons } from "./copy.js";
import { countdown } from "./countdown.js";
import { dialogs, menus } from "./dialogs.js";
import { focusAtDesk } from "./fields.js";
import { call } from "./http.js";
import { joinForm, renameDialog } from "./joining.js";
import { tab } from "./keep.js";
import { Log } from "./log.js";
import { calls } from "./mentions.js";
import { Outbox } from "./outbox.js";
import { Own, announceFate, closeNotice, mayVote, notice, showHint, showMe } from "./own.js";
import { Pinned } from "./pinned.js";
import { Questions } from "./questions.js";
import { forget, remember } from "./rooms.js";
import { sharing } from "./sharing.js";
import { tabs } from "./tabs.js";
import { clock, fullTime, serverNow, span, spanHolds } from "./times.js";
import { Votes } from "./votes.js";
import { Waits } from "./waits.js";
import { _, ngettext } from "./words.js";

const RELOAD_AGAIN_MS = 3_000;
const TOLD_ONCE = new Set(["bad_json"]);
/** Refusals that stay true for whatever one says next. */
const STOPS = new Set(["muted", "banned"]);
/** What is said after the room has put this page out, where the page itself does not say it. */
const SHUT = {
  turned_away: _("You were not let in this time. You may ask again."),
  revoked: _("Your link does not make you host or helper any more. You can go on here like everybody else."),
};
/** A mute without an end has one in the year 9999. */
const FOR_GOOD_MS = 1e13;

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);
const page = $("[data-room]");

const refusedKey = `parley.refused.${boot.room.code}`;

let room = boot.room;
let you = boot.you;
let over = false;
/** Why the room does not let this device in again. */
let refusedFor = boot.barred ?? "";
/** The seq that the room we show stands for: an older change that is replayed must not undo it. */
let roomSeq = boot.last_seq ?? room.last_seq ?? 0;
let epoch = null;
let muteTimer = 0;
/** How many messages, and how many of them that call me, were not seen. */
let news = [0, 0];

const banner = new Banner($("[data-banner]"));
const votes = new Votes($(".room-main"), api, `parley.votes.${room.code}`, { may: () => mayVote(you), refused: notice });
const pinned = new Pinned($("[data-pinned]"));
const isOwn = (id) => Boolean(you && id === you.id);
const dress = (element) => votes.dress(element);
const log = new Log(
  { log: $("[role=log]"), scroller: $("[data-scroller]"), pill: $("[data-pill]"), earlier: $("[data-earlier]"), empty: $("[data-empty]") },
  api,
  { isOwn, dress, calls: (text) => calls(text, you?.nickname), unread: showUnread, host: boot.moderates },
);
const questions = new Questions($("#questions"), api, votes, { isOwn, host: boot.moderates, news: (words) => ($("[data-questions-news]").textContent = words) });
const connection = new Connection({ socketUrl: socketOf(boot), api }, { frame, state: lineChanged });
const outbox = new Outbox(`parley.outbox.${room.code}`, api, connection, {
  changed: mineChanged,
  unauthorized: () => setYou(null),
});
const waits = new Waits(outbox, api, {
  open: () => connection.open,
  say: (words, seconds) => banner.waits(words, seconds),
  shown: (id) => own.shownLongAgo(id),
});
/** Only who writes, or is the host, sees how messages went, and loads what shows it. */
let trail = null;
const composer = new Composer($("[data-composer]"), {
  draftKey: `parley.draft.${room.code}`,
  maxLength: () => room.max_length,
  send: (text, question) => outbox.add(text, question),
});
const own = new Own(outbox, log, composer, connection, `/${room.name}`);
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);

dialogs();
menus();
copyButtons();
const share = sharing(() => room.title || room.name, api);
joinForm($("[data-join]"), api, joined);
renameDialog($("#rename"), api, { now: () => you?.nickname ?? "", renamed: setYou });
tabs($("[data-tabs]"), (panel) => {
  log.setAside(panel !== "messages");
  questions.show(panel === "questions");
});
// Nobody else has to load what only a host or helper can do.
if (boot.moderates) import("./hosting.js").then(({ hosting }) => hosting({ pinned: () => pinned.id, api, room: () => room, changed: setRoom, said: notice }));
closeNotice();
$(".room-main").addEventListener("click", ownAsked);
outbox.adopt(boot.held ?? []);
own.dropShown();
if (you) for (const entry of outbox.entries) log.showOwn(entry, you);
waits.look();

begin();

function begin() {
  setRoom(room);
  setYou(you);
  const shut = tab.read(`parley.shut.${room.code}`);
  if (SHUT[shut]) notice(SHUT[shut]);
  tab.write(`parley.shut.${room.code}`, null);
  if (!you) focusAtDesk(($("#join-nickname").value && $("#join-password")) || $("#join-nickname"));
  if ($("[data-join]").dataset.locked !== undefined) return; // the password comes first
  remember(room, boot.is_host, boot.links?.host);
  connection.start(boot.after ?? 0);
  // A form was quicker than this script: whoever joined or wrote that way goes on writing.
  if (you && location.hash === "#end") composer.focus();
}

function frame(message) {
  const take = {
    hello,
    event: happened,
    presence: ({ present }) => showPresent(present),
    accepted: answered,
    held: answered,
    rejected: answered,
    error: refused,
    reset: beginAnew,
    // The door was opened to me, or shut: the page says which.
    admitted: () => location.reload(),
    shut: ({ reason }) => {
      tab.write(`parley.shut.${room.code}`, reason);
      location.reload();
    },
    muted: ({ until }) => setYou({ ...you, muted_until: until }),
    unmuted: () => setYou({ ...you, muted_until: undefined }),
  }[message.type];
  take?.(message);
}

function hello({ room: now, you: me, last_seq: lastSeq, epoch: its }) {
  if (now.code !== room.code) return location.reload(); // the name was free and is somebody else's room now
  if (epoch && its && its !== epoch) return beginAnew(its);
  epoch = its ?? epoch;
  roomSeq = lastSeq;
  setRoom(now);
  if (me !== undefined) setYou(me);
  own.greeted(lastSeq);
  tab.write(refusedKey, null);
}

function happened(event) {
  const take = {
    message: () => {
      outbox.drop(event.message.id);
      log.add(event);
      questions.add(event);
      trail?.changed(event.message.id);
    },
    removed: () => {
      log.remove(event.id);
      questions.remove(event.id);
      if (event.id === pinned.id) pinned.show(null);
      trail?.changed(event.id);
    },
    renamed: () => renamed(event.participant ?? event),
    vote: () => tallied(event.id, { votes: event.votes }),
    answered: () => tallied(event.id, { answered: event.answered }),
    pinned: () => pinned.show(event.message),
    room: () => event.seq > roomSeq && setRoom(event.room),
  }[event.kind];
  take?.();
  own.caughtUp();
}

function tallied(id, now) {
  votes.know(id, now);
  questions.changed();
}

function answered(answer) {
  outbox.answered(answer);
  trail?.changed(answer.id);
}

async function beginAnew(its = null) {
  epoch = typeof its === "string" ? its : null;
  connection.stop();
  const now = await call("GET", api);
  if (now.status === 404 || now.status === 410) return lineChanged({ name: "over" });
  if (!now.ok || !(await log.reload())) {
    setTimeout(() => beginAnew(epoch), RELOAD_AGAIN_MS);
    return;
  }
  votes.clear();
  questions.clear();
  pinned.show(now.data.room.pinned);
  own.dropShown();
  // The archive was read after the seq: what lies between comes twice, and the log shows it once.
  roomSeq = now.data.room.last_seq;
  connection.start(roomSeq);
}

function refused(error) {
  if (error.id) return outbox.answered(error);
  if (error.code === "unauthorized") return;
  if (error.code === "unavailable") return banner.trouble(); // the line is closed next, and opened again
  if (!TOLD_ONCE.has(error.code)) notice(error.detail);
}

function lineChanged(state) {
  page.dataset.line = state.name;
  if (state.name === "over" || state.name === "missing") return ended();
  if (state.name === "refused") {
    // A poll does not say why; the page, loaded once more, does.
    if (!refusedFor && !tab.read(refusedKey)) {
      tab.write(refusedKey, true);
      return location.reload();
    }
    refusedFor = refusedFor || _("You cannot take part in this room any more.");
    showDock();
  }
  banner.show(state);
}

function ended() {
  over = true;
  connection.stop();
  banner.show({ name: "open" });
  outbox.clear();
  votes.forget();
  questions.clear();
  pinned.show(null);
  log.over();
  tab.write(`parley.draft.${room.code}`, null);
  forget(room.name);
  showDock();
}

function joined(participant) {
  if (participant.waiting || $("[data-join]").dataset.locked !== undefined) return location.reload(); // now the history may be shown
  setYou(participant);
  connection.restart(); // with the new credentials
  composer.focus();
  announce(_("You are in, as %(nickname)s.", participant));
}

function setYou(participant) {
  you = participant;
  page.toggleAttribute("data-joined", Boolean(you));
  if (you || boot.moderates) loadTrails();
  log.claimOwn();
  showMe(you);
  for (const button of document.querySelectorAll("[data-rename]")) button.hidden = !you;
  showDock();
}

async function loadTrails() {
  const { trails } = (await import("./trail.js").catch(() => null)) ?? {};
  if (trails) trail ??= trails(api);
}

function renamed(participant) {
  for (const place of [log, questions, pinned]) place.rename(participant);
  if (participant.id === you?.id) setYou({ ...you, ...participant });
}

function setRoom(now) {
  room = { ...room, ...now };
  page.dataset.state = room.state;
  document.title = titled();
  for (const place of document.querySelectorAll("[data-room-title]")) place.textContent = room.title || room.name;
  for (const place of document.querySelectorAll("[data-room-rules]")) place.textContent = room.rules ?? "";
  for (const place of document.querySelectorAll("[data-rules-box]")) place.hidden = !room.rules;
  const pause = $("[data-pause]");
  if (pause) pause.dataset.pause = room.state === "paused" ? "resume" : "pause";
  if (pause) pause.querySelector("[data-pause-words]").textContent = room.state === "paused" ? _("Resume") : _("Pause");
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
  share.show(room);
  showHint(room);
  composer.refresh();
  showDock();
}

function showPresent(present) {
  room.present = present;
  for (const place of document.querySelectorAll("[data-presence]")) place.textContent = present ? ngettext("%(num)s here", "%(num)s here", present) : "";
}

/** Writing, joining, or the sentence that says why neither is possible. */
function showDock() {
  const why = stopped();
  const [place, dock, form] = [$("[data-stopped]"), $("#dock"), $("[data-composer]")];
  const writing = form.contains(document.activeElement);
  const again = you && !why && !place.hidden;
  place.hidden = !why;
  if ($("[data-stopped-words]").textContent !== why) $("[data-stopped-words]").textContent = why;
  $("[data-stopped-new]").hidden = !over;
  const shut = over || room.state === "closed";
  $("[data-join]").hidden = Boolean(you) || shut || Boolean(refusedFor) || onlyReads();
  form.hidden = !you || Boolean(why);
  showMuteLeft();
  if (writing && form.hidden) dock.focus({ preventScroll: true });
  if (!again) return;
  announce(_("You can write again."));
  if (document.activeElement === dock) composer.focus();
}

function stopped() {
  if (over) return _("This room is over. Everything said here has been forgotten or is being forgotten now.");
  if (room.state === "closed") return _("This room is closed. Everything said here is being forgotten.");
  if (refusedFor) return refusedFor;
  const left = muteLeft();
  if (left > FOR_GOOD_MS) return _("The host has muted you for now. You can read on; ask the host if you want to speak again.");
  if (left > 0) return _("You are muted until %(time)s. You can read on.", { time: (left < 12 * 3_600_000 ? clock : fullTime)(you.muted_until) });
  if (onlyReads()) return _("In this room only the host and the helpers write. You can read on.");
  if (room.state === "paused") return _("The host has paused this room. You can read on; writing will be back.");
  return "";
}

function muteLeft() {
  return you?.muted_until ? Date.parse(you.muted_until) - serverNow() : 0;
}

/** Who is a guest where guests only read, and is in already. */
function onlyReads() {
  return room.guests === "read" && !you?.role && !boot.moderates && $("[data-join]").dataset.locked === undefined;
}

/** A mute counts down and ends by itself; only the eye sees how. */
function showMuteLeft() {
  clearTimeout(muteTimer);
  const left = muteLeft();
  const counts = left > 0 && left < FOR_GOOD_MS;
  $("[data-stopped-left]").textContent = counts ? `(${span(left)})` : "";
  if (counts) muteTimer = setTimeout(showDock, spanHolds(left));
}

function mineChanged(entry) {
  waits.look();
  if (!you) return;
  log.showOwn(entry, you);
  if (entry.state === "failed" && STOPS.has(entry.code)) notice(entry.reason);
  announceFate(entry);
}

/** What is under a message; or the nickname of whom one answers. */
function ownAsked(event) {
  const target = event.target instanceof Element ? event.target : null;
  const message = target?.closest("[data-message-id]");
  const id = message?.dataset.messageId;
  if (target?.closest("[data-nickname]") && message.dataset.own === undefined && !$("[data-composer]").hidden) composer.insert(`@${target.textContent}`);
  own.asked(target, id);
}

function titled() {
  const [unread, called] = document.hidden ? news : [0, 0];
  const calls = called ? ` @${called}` : "";
  const before = unread ? `(${unread}${calls}) ` : "";
  return `${before}${room.title || room.name} · Parley`;
}

function showUnread(...counts) {
  news = counts;
  document.title = titled();
}
