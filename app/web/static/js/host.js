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

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);
const list = $("[data-held]");
const settings = $("[data-settings]");

let room = boot.room;
let asking = false;
let askAgain = false;

const banner = new Banner($("[data-banner]"));
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);
const connection = new Connection({ socketUrl: socketOf(boot), api }, { frame, state: lineChanged });

dialogs();
menus();
copyButtons();
for (const element of list.querySelectorAll("[data-message-id]")) enhance(element);
list.addEventListener("click", decide);
settings.addEventListener("submit", save);
hosting({ api, room: () => room, changed: (now) => setRoom(now, false), said });
setRoom(room, false);
showEmpty();
connection.start(boot.last_seq ?? room.last_seq ?? 0);

function frame(message) {
  if (message.type === "hello") {
    setRoom(message.room, false);
    refresh();
  } else if (message.type === "event") {
    if (message.kind === "room") setRoom(message.room);
    refresh();
  } else if (message.type === "desk") refresh();
  else if (message.type === "presence") {
    showPresent(message.present);
    refresh();
  }
  else if (message.type === "reset") location.reload();
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
  if (answer.ok) show(answer.data.messages);
  if (!askAgain) return;
  askAgain = false;
  refresh();
}

function show(messages) {
  const wanted = new Set(messages.map((message) => message.id));
  for (const element of list.querySelectorAll("[data-message-id]")) if (!wanted.has(element.dataset.messageId)) element.remove();
  for (const message of messages) {
    if (find(message.id)) continue;
    const element = messageElement(message, { at: message.at });
    element.querySelector("[data-reason]").textContent = message.reason ?? "";
    list.append(element);
  }
  showEmpty();
}

function find(id) {
  return list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
}

function showEmpty() {
  const count = list.querySelectorAll("[data-message-id]").length;
  $("[data-held-empty]").hidden = count > 0;
  $("[data-held-count]").textContent = String(count);
  document.title = `${count ? `(${count}) ` : ""}Host desk: ${room.title || room.name} · Parley`;
}

async function decide(event) {
  const button = event.target instanceof Element && event.target.closest("[data-decide]");
  if (!button) return;
  const element = button.closest("[data-message-id]");
  element.setAttribute("aria-busy", "true");
  const answer = await call("POST", `${api}/messages/${element.dataset.messageId}/${button.dataset.decide}`);
  element.removeAttribute("aria-busy");
  if (!answer.ok && answer.status !== 404) return said(answer.words);
  const next = element.nextElementSibling ?? element.previousElementSibling;
  element.remove();
  showEmpty();
  announce(button.dataset.decide === "release" ? "Released." : "Rejected.");
  (next?.querySelector("[data-decide]") ?? $("[data-held-title]")).focus();
}

function save(event) {
  event.preventDefault();
  busy(settings, async () => {
    const answer = await call("PATCH", api, changes());
    showErrors(settings, answer);
    if (!answer.ok) return;
    setRoom(answer.data.room, false);
    fill();
    said("Saved. Everyone in the room sees it now.");
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
  $("[data-pause-words]").textContent = room.state === "paused" ? "Resume" : "Pause";
  const states = { open: "Open", paused: "Paused", closed: "Closed" };
  $("[data-state-badge]").textContent = states[room.state];
  $("[data-state-badge]").dataset.state = room.state;
  if (refill && !typing) fill();
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
}

function showPresent(present) {
  $("[data-presence]").textContent = present === 1 ? "1 here" : `${present} here`;
}

function lineChanged(state) {
  if (state.name === "over" || state.name === "missing") return location.assign(`/${room.name}`);
  if (state.name === "refused") return said("This desk is the host's. Please open the host link again.");
  banner.show(state);
}

function said(words) {
  $("[data-notice-words]").textContent = words;
  $("[data-notice]").hidden = false;
}

$("[data-notice-close]").addEventListener("click", () => ($("[data-notice]").hidden = true));
