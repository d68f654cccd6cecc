/** The projector: the newest messages, large, for the last row. Only reads. */

import { apiOf, readBoot, socketOf } from "./boot.js";
import { Banner } from "./banner.js";
import { Connection } from "./connection.js";
import { countdown } from "./countdown.js";
import { call } from "./http.js";
import { device } from "./keep.js";
import { messageElement, enhance, showAuthor } from "./message.js";

const KEPT = 40;
const SCALE = { key: "parley.projector.scale", least: 0.6, most: 2, step: 0.1 };
const RELOAD_AGAIN_MS = 3_000;
const HIDE_TOOLS_MS = 3_000;

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);
const list = $("[role=log]");
const page = $("[data-projector]");

let room = boot.room;
let frozen = false;
let epoch = null;
let roomSeq = boot.last_seq ?? 0;
let scale = Number(device.read(SCALE.key, 1)) || 1;
let toolsTimer = 0;
/** Messages that came while the screen was frozen. */
let waiting = [];

const banner = new Banner($("[data-banner]"));
const showCountdown = countdown([...document.querySelectorAll("[data-countdown]")], () => room.expires_at);
const connection = new Connection({ socketUrl: socketOf(boot), api }, { frame, state: lineChanged });

function frame(message) {
  if (message.type === "hello") hello(message);
  else if (message.type === "presence") showPresent(message.present);
  else if (message.type === "reset") beginAnew();
  else if (message.type === "event") happened(message);
}

function hello({ room: now, last_seq: lastSeq, epoch: its }) {
  if (now.code !== room.code) return location.reload();
  if (epoch && its && its !== epoch) return beginAnew(its);
  epoch = its ?? epoch;
  roomSeq = lastSeq;
  setRoom(now);
}

function happened(event) {
  if (event.kind === "message") message(event);
  else if (event.kind === "removed") remove(event.id); // also while frozen: a removal must not wait
  else if (event.kind === "renamed") rename(event.participant ?? event);
  else if (event.kind === "room" && event.seq > roomSeq) setRoom(event.room);
}

function message(event) {
  if (!event.message.text || find(event.message.id)) return;
  if (frozen) {
    waiting = [...waiting.filter((other) => other.message.id !== event.message.id), event].slice(-KEPT);
    showFrozen();
    return;
  }
  list.append(enter(event));
  tidy();
}

function enter({ message: said, seq, at }) {
  const element = messageElement(said, { seq, at });
  element.dataset.entering = "";
  element.addEventListener("animationend", () => delete element.dataset.entering, { once: true });
  return element;
}

function remove(id) {
  waiting = waiting.filter((event) => event.message.id !== id);
  find(id)?.remove();
  showFrozen();
  tidy();
}

function rename({ id, nickname, glyph }) {
  for (const element of list.querySelectorAll(`[data-participant-id="${CSS.escape(id)}"]`)) showAuthor(element, nickname, glyph);
}

function find(id) {
  return list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
}

/** The newest stay at the bottom of the screen, the oldest leave at the top. */
function tidy() {
  const extra = list.childElementCount - KEPT;
  for (let index = 0; index < extra; index += 1) list.firstElementChild.remove();
  $("[data-empty]").hidden = list.childElementCount > 0;
  list.scrollTop = list.scrollHeight;
}

async function beginAnew(its = null) {
  epoch = its;
  connection.stop();
  const now = await call("GET", api);
  if (now.status === 404 || now.status === 410) return ended();
  const archive = now.ok && (await call("GET", `${api}/messages?limit=${KEPT}`));
  if (!archive?.ok) {
    setTimeout(() => beginAnew(its), RELOAD_AGAIN_MS);
    return;
  }
  waiting = [];
  list.replaceChildren(...archive.data.messages.map((said) => messageElement(said, said)));
  tidy();
  roomSeq = now.data.room.last_seq;
  connection.start(roomSeq);
}

function lineChanged(state) {
  page.dataset.line = state.name;
  if (state.name === "over" || state.name === "missing") ended();
  else banner.show(state);
}

function ended() {
  connection.stop();
  banner.show({ name: "open" });
  list.replaceChildren();
  $("[data-empty]").hidden = true;
  $("[data-over]").hidden = false;
}

function setRoom(now) {
  room = { ...room, ...now };
  page.dataset.state = room.state;
  document.title = `${room.title || room.name} · Parley`;
  $("[data-room-title]").textContent = room.title || room.name;
  $("[data-paused]").hidden = room.state !== "paused";
  if (room.state === "closed") ended();
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
}

function showPresent(present) {
  $("[data-presence]").textContent = present === 1 ? "1 here" : `${present} here`;
}

function freeze() {
  frozen = !frozen;
  if (!frozen) {
    const events = waiting;
    waiting = [];
    events.forEach(message);
  }
  showFrozen();
}

function showFrozen() {
  page.toggleAttribute("data-frozen", frozen);
  const button = $("[data-freeze]");
  button.setAttribute("aria-pressed", String(frozen));
  $("[data-frozen-words]").hidden = !frozen;
  $("[data-frozen-count]").textContent = waiting.length ? ` · ${waiting.length} new` : "";
}

function setScale(wanted) {
  scale = Math.min(SCALE.most, Math.max(SCALE.least, Math.round(wanted * 10) / 10));
  document.documentElement.style.setProperty("--projector-scale", String(scale));
  device.write(SCALE.key, scale);
  list.scrollTop = list.scrollHeight;
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // not allowed in a frame: then not
}

const KEYS = {
  " ": freeze,
  "+": () => setScale(scale + SCALE.step),
  "=": () => setScale(scale + SCALE.step),
  "-": () => setScale(scale - SCALE.step),
  f: fullScreen,
};

function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target instanceof Element && event.target.closest("button, a, summary")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  $("[data-freeze]").addEventListener("click", freeze);
  $("[data-larger]").addEventListener("click", KEYS["+"]);
  $("[data-smaller]").addEventListener("click", KEYS["-"]);
  $("[data-full]").addEventListener("click", fullScreen);
  // After a click with the mouse the space bar freezes, and does not press the same button once more.
  $("[role=toolbar]").addEventListener("click", (event) => event.detail > 0 && document.activeElement?.blur());
  new ResizeObserver(() => (list.scrollTop = list.scrollHeight)).observe(list);
  addEventListener("pointermove", showTools, { passive: true });
  addEventListener("keydown", showTools);
  showTools();
}

/** The tools and the pointer leave the screen to the messages after a moment. */
function showTools() {
  page.removeAttribute("data-quiet");
  clearTimeout(toolsTimer);
  toolsTimer = setTimeout(() => page.setAttribute("data-quiet", ""), HIDE_TOOLS_MS);
}

for (const element of list.querySelectorAll("[data-message-id]")) enhance(element);
setScale(scale);
setRoom(room);
tidy();
listen();
connection.start(boot.after ?? 0);
