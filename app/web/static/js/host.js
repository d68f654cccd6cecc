/** The moderation desk: what waits for a decision, and the room's settings. */

import { apiOf, readBoot, socketOf } from "./boot.js";
import { announce } from "./announce.js";
import { Banner } from "./banner.js";
import { Connection } from "./connection.js";
import { copyButtons } from "./copy.js";
import { countdown } from "./countdown.js";
import { dialogs, menus } from "./dialogs.js";
import { busy, showErrors } from "./fields.js";
import { hosting } from "./hosting.js";
import { call } from "./http.js";
import { enhance, messageElement } from "./message.js";
import { remember } from "./rooms.js";
import { trails } from "./trail.js";
import { _, ngettext } from "./words.js";

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);
const desk = $(".desk__waiting");
const lists = { held: $("[data-held]"), failed: $("[data-dead]") };
const DECIDED = {
  held: { release: _("Released."), reject: _("Rejected.") },
  failed: { release: _("Sent again."), reject: _("Dropped.") },
};
const WORDS = {
  held: { why: `${_("Held:")} `, release: _("Release"), reject: _("Reject") },
  failed: { why: "", release: _("Send again"), reject: _("Drop") },
};
const LOOK_AGAIN_MS = 5_000;
/** Decided on, and perhaps still listed for a moment. */
const decided = new Set();
const settings = $("[data-settings]");

let room = boot.room;
let asking = false;
let askAgain = false;
let away = !$("[data-held-away]").hidden;
let lookAgain = 0;

const banner = new Banner($("[data-banner]"), false);
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);
const connection = new Connection({ socketUrl: socketOf(boot), api }, { frame, state: lineChanged });

const trail = trails(api);

dialogs();
menus();
copyButtons();
for (const element of desk.querySelectorAll("[data-message-id]")) enhance(element);
desk.addEventListener("click", decide);
settings.addEventListener("submit", save);
hosting({ api, room: () => room, changed: (now) => setRoom(now, false), said });
setRoom(room, false);
remember(room, true, boot.links?.host);
showEmpty();
connection.start(boot.last_seq ?? room.last_seq ?? 0);

function frame(message) {
  const take = {
    hello: () => {
      setRoom(message.room, false);
      refresh();
    },
    event: () => happened(message),
    desk: () => {
      trail.changed(message.id);
      refresh();
    },
    presence: () => showPresent(message.present),
    reset: () => location.reload(),
  }[message.type];
  take?.();
}

function happened(event) {
  if (event.kind === "room") setRoom(event.room);
  const element = find(event.message?.id ?? event.id ?? "");
  if (element) leave(element); // it is shown, or removed
  if (!connection.hears) refresh(); // a poll brings the desk no word of what is held
}

// Word that something is held may have been missed, so the desk also looks whenever its host does.
addEventListener("focus", refresh);

/** Asks for what is held: once at a time, and once more if something happened meanwhile. */
async function refresh() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  const answer = await call("GET", `${api}/held`);
  asking = false;
  away = answer.status === 0 || answer.status === 503;
  if (answer.ok) show(answer.data.messages);
  showEmpty();
  clearTimeout(lookAgain);
  if (away) lookAgain = setTimeout(refresh, LOOK_AGAIN_MS * (1 + Math.random()));
  if (!askAgain) return;
  askAgain = false;
  refresh();
}

function show(messages) {
  const wanted = new Map(messages.map((message) => [message.id, message]));
  for (const element of desk.querySelectorAll("[data-message-id]")) {
    if (wanted.get(element.dataset.messageId)?.state !== element.dataset.fate) leave(element);
  }
  for (const message of messages) if (!find(message.id) && !(message.state === "held" && decided.has(message.id))) lists[message.state].append(entry(message));
}

function entry(message) {
  const element = messageElement(message, { at: message.at });
  const words = WORDS[message.state];
  element.dataset.fate = message.state;
  element.querySelector("[data-why]").textContent = words.why;
  element.querySelector("[data-reason]").textContent = message.reason ? _(message.reason) : "";
  for (const button of element.querySelectorAll("[data-decide]")) button.querySelector("[data-decide-words]").textContent = words[button.dataset.decide];
  return element;
}

/** One goes; whoever was at it with the keyboard goes on at the next. */
function leave(element) {
  const next = element.nextElementSibling ?? element.previousElementSibling;
  const here = element.contains(document.activeElement);
  element.remove();
  showEmpty();
  if (here) (next?.querySelector("[data-decide]") ?? $("[data-held-title]")).focus();
}

function find(id) {
  return desk.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
}

function showEmpty() {
  const held = lists.held.childElementCount;
  const failed = lists.failed.childElementCount;
  $("[data-held-empty]").hidden = held > 0 || away;
  $("[data-held-away]").hidden = held > 0 || !away;
  $("[data-held-count]").textContent = String(held);
  $("[data-dead-box]").hidden = failed === 0;
  $("[data-dead-count]").textContent = String(failed);
  document.title = `${held + failed ? `(${held + failed}) ` : ""}${_("Host desk: %(title)s", { title: room.title || room.name })} · Parley`;
}

async function decide(event) {
  const button = event.target instanceof Element && event.target.closest("[data-decide]");
  if (!button) return;
  const element = button.closest("[data-message-id]");
  element.setAttribute("aria-busy", "true");
  const answer = await call("POST", `${api}/messages/${element.dataset.messageId}/${button.dataset.decide}`);
  element.removeAttribute("aria-busy");
  if (!answer.ok && answer.status !== 404) return said(answer.words);
  decided.add(element.dataset.messageId);
  button.focus();
  leave(element);
  announce(DECIDED[element.dataset.fate][button.dataset.decide]);
}

function save(event) {
  event.preventDefault();
  busy(settings, async () => {
    const answer = await call("PATCH", api, changes());
    showErrors(settings, answer);
    if (!answer.ok) return;
    setRoom(answer.data.room, false);
    fill();
    said(_("Saved. Everyone in the room sees it now."));
  });
}

/** Only what is different is sent. */
function changes() {
  const field = (name) => settings.elements.namedItem(name);
  const wanted = {
    title: field("title").value.trim(),
    rules: field("rules").value.trim(),
    moderation: field("moderation").checked ? "before" : "after",
    slow_mode: Number(field("slow_mode").value) || 0,
  };
  const changed = {};
  for (const [name, value] of Object.entries(wanted)) if (value !== (room[name] ?? (name === "slow_mode" ? 0 : ""))) changed[name] = value;
  if (field("ttl").value) changed.ttl = field("ttl").value;
  return changed;
}

function fill() {
  const field = (name) => settings.elements.namedItem(name);
  field("title").value = room.title ?? "";
  field("rules").value = room.rules ?? "";
  field("moderation").checked = room.moderation === "before";
  field("slow_mode").value = String(room.slow_mode || 0);
  field("ttl").value = "";
}

function setRoom(now, refill = true) {
  const typing = settings.contains(document.activeElement);
  room = { ...room, ...now };
  for (const place of document.querySelectorAll("[data-room-title]")) place.textContent = room.title || room.name;
  $("[data-pause]").dataset.pause = room.state === "paused" ? "resume" : "pause";
  $("[data-pause-words]").textContent = room.state === "paused" ? _("Resume") : _("Pause");
  const states = { open: _("Open"), paused: _("Paused"), closed: _("Closed") };
  $("[data-state-badge]").textContent = states[room.state];
  $("[data-state-badge]").dataset.state = room.state;
  if (refill && !typing) fill();
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
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
