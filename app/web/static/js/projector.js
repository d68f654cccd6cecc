/** The projector: the newest messages, large, for the last row. Only reads. */

import { apiOf, readBoot, socketOf } from "./boot.js";
import { Banner } from "./banner.js";
import { Coming } from "./coming.js";
import { Connection } from "./connection.js";
import { controls } from "./controls.js";
import { countdown } from "./countdown.js";
import { call } from "./http.js";
import { device } from "./keep.js";
import { messageElement, enhance, showAuthor } from "./message.js";
import { Spotlight } from "./spotlight.js";
import { fit, Wall } from "./wall.js";
import { _, ngettext } from "./words.js";

const FETCHED = 40;
const SCALE = { key: "parley.projector.scale", least: 0.6, most: 2, step: 0.1 };
const DELAY = { key: "parley.projector.delay", seconds: [0, 5, 10, 30] };
const RELOAD_AGAIN_MS = 3_000;
/** How much of the side, and of the slide, a title may take before it is set in smaller letters. */
const MOST_OF_THE_SIDE = 0.2;
const MOST_OF_THE_SLIDE = 0.36;

const boot = readBoot();
const api = apiOf(boot);
const $ = (selector) => document.querySelector(selector);
const page = $("[data-projector]");
const list = $("[role=log]");

let room = boot.room;
let epoch = null;
let roomSeq = boot.last_seq ?? 0;
let scale = Number(device.read(SCALE.key, 1)) || 1;
let delay = DELAY.seconds.indexOf(device.read(DELAY.key, 0));

const wall = new Wall(list);
const coming = new Coming({ show: (elements) => wall.add(elements), changed });
const spotlight = new Spotlight($("[data-spotlight]"), api, { hides: ({ id, at }) => coming.hides(id, at), still: () => coming.frozen, changed: () => wall.measure() });
const banner = new Banner($("[data-banner]"), false);
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
  spotlight.ask();
}

function happened(event) {
  const take = {
    message: () => said(event),
    removed: () => remove(event.id), // also while frozen: a removal must not wait
    renamed: () => rename(event.participant ?? event),
    room: () => event.seq > roomSeq && setRoom(event.room),
    vote: () => spotlight.voted(event),
    answered: () => spotlight.answered(event),
    pinned: () => spotlight.pin(event.message),
  }[event.kind];
  take?.();
}

function said({ message, seq, at }) {
  if (!message.text || coming.has(message.id) || wall.find(message.id)) return;
  coming.take([{ id: message.id, at: Date.parse(at), element: messageElement(message, { seq, at }) }]);
}

function remove(id) {
  coming.remove(id);
  wall.remove(id);
  spotlight.remove(id);
  showFlags();
}

function changed() {
  showFlags();
  spotlight.show();
}

function rename(who) {
  wall.rename(who);
  spotlight.rename(who);
  for (const element of coming.elements) if (element.dataset.participantId === who.id) showAuthor(element, who.nickname, who.glyph);
}

/** Shows these and nothing else; what is younger than the delay comes later. @param {HTMLElement[]} elements */
function begin(elements) {
  wall.replace(coming.begin(elements.map((element) => ({ id: element.dataset.messageId, at: Date.parse(element.dataset.at), element }))));
  showFlags();
}

async function beginAnew(its = null) {
  epoch = its;
  connection.stop();
  const now = await call("GET", api);
  if (now.status === 404 || now.status === 410) return ended();
  const archive = now.ok && (await call("GET", `${api}/messages?limit=${FETCHED}`));
  if (!archive?.ok) {
    setTimeout(() => beginAnew(its), RELOAD_AGAIN_MS);
    return;
  }
  begin(archive.data.messages.map((message) => messageElement(message, message)));
  spotlight.pin(now.data.room.pinned);
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
  page.dataset.state = "closed";
  begin([]);
  spotlight.clear();
  $("[data-slide]").close();
}

function setRoom(now) {
  room = { ...room, ...now };
  page.dataset.state = room.state;
  document.title = `${room.title || room.name} · Parley`;
  for (const place of document.querySelectorAll("[data-room-title]")) place.textContent = room.title || room.name;
  fitTitles();
  if (room.state === "closed") ended();
  if (now.present !== undefined) showPresent(now.present);
  showCountdown();
  showFlags();
}

function fitTitles() {
  fit($(".projector__title"), page.clientHeight * MOST_OF_THE_SIDE);
  fit($(".slide__title"), $("[data-slide]").clientHeight * MOST_OF_THE_SLIDE);
}

function showPresent(present) {
  $("[data-presence]").textContent = ngettext("%(num)s here", "%(num)s here", present);
}

/** What is not as usual stands on the wall in words. */
function showFlags() {
  const over = page.dataset.state === "closed";
  const { frozen, ready, young } = coming;
  const seconds = DELAY.seconds[delay];
  $("[data-paused]").hidden = room.state !== "paused";
  $("[data-frozen-words]").hidden = !frozen || over;
  say("[data-frozen-words]", ready ? ngettext("Frozen · %(num)s new", "Frozen · %(num)s new", ready) : _("Frozen"));
  $("[data-act=freeze]").setAttribute("aria-pressed", String(frozen));
  $("[data-delay-words]").hidden = !seconds || over;
  say("[data-delay-words]", young ? ngettext("Delay %(seconds)s s · %(num)s to come", "Delay %(seconds)s s · %(num)s to come", young, { seconds }) : _("Delay %(seconds)s s", { seconds }));
  $("[data-act=delay]").setAttribute("aria-pressed", String(seconds > 0));
  $("[data-empty]").hidden = over || !wall.empty;
  $("[data-nothing]").hidden = ready + young > 0;
  $("[data-over]").hidden = !over;
}

/** Words that stay are not written again: they would be read out again, too. */
function say(place, words) {
  if ($(place).textContent !== words) $(place).textContent = words;
}

function freeze() {
  coming.freeze(!coming.frozen);
  changed();
}

function setScale(wanted) {
  scale = Math.min(SCALE.most, Math.max(SCALE.least, Math.round(wanted * 10) / 10));
  document.documentElement.style.setProperty("--projector-scale", String(scale));
  device.write(SCALE.key, scale);
  wall.measure(true);
}

function setDelay(place) {
  delay = Math.max(0, place) % DELAY.seconds.length;
  const seconds = DELAY.seconds[delay];
  device.write(DELAY.key, seconds);
  coming.delay(seconds);
  showFlags();
}

const brought = [...list.querySelectorAll("[data-message-id]")];
for (const element of brought) enhance(element);
setScale(scale);
setDelay(delay);
begin(brought);
list.dataset.ready = "";
setRoom(room);
spotlight.pin(boot.pinned);
controls({
  freeze,
  larger: () => setScale(scale + SCALE.step),
  smaller: () => setScale(scale - SCALE.step),
  delay: () => setDelay(delay + 1),
});
for (const place of [page, $("[data-slide]")]) new ResizeObserver(fitTitles).observe(place);
connection.start(boot.after ?? 0);
