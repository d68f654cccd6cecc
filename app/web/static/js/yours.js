/** "Your rooms" on the start page: what this device remembers, made true by what the house knows of it now. */

import { confirmed } from "./dialogs.js";
import { call } from "./http.js";
import { forget, refresh, remembered } from "./rooms.js";
import { serverNow, span } from "./times.js";
import { _, locale, ngettext } from "./words.js";

const LOOK_MS = 30_000;
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** @typedef {import("./rooms.js").Remembered} Remembered */

/** @param {HTMLElement} section */
export function yourRooms(section) {
  const list = section.querySelector("[data-rooms]");
  const blank = section.querySelector("template").content.firstElementChild;
  /** @type {Map<string, HTMLElement>} by the rooms' codes */
  let lines = new Map();
  /** @type {Map<string, number>} */
  const present = new Map();

  function show() {
    const rooms = remembered();
    lines = new Map(rooms.map((room) => [room.code, lines.get(room.code) ?? line(room)]));
    for (const element of [...list.children]) if (![...lines.values()].includes(element)) element.remove();
    rooms.forEach((room, place) => {
      const element = lines.get(room.code);
      if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
      fill(element, room, present.get(room.code));
    });
    section.hidden = rooms.length === 0;
  }

  function line(room) {
    const element = blank.cloneNode(true);
    const link = element.querySelector("a");
    link.href = `/${encodeURIComponent(room.name)}`;
    // The token stands in the address only while it is followed: what one points at is shown at the window's edge, perhaps on a wall.
    const asHost = () => room.token && (link.href = `/${encodeURIComponent(room.name)}/host?token=${encodeURIComponent(room.token)}&to=room`);
    link.addEventListener("click", asHost);
    link.addEventListener("auxclick", asHost);
    element.querySelector("button").addEventListener("click", () => takeOff(room, element));
    return element;
  }

  async function takeOff(room, element) {
    if (room.token && !(await confirmed({
      question: _("Take %(title)s off this list?", { title: room.title || room.name }),
      detail: _("This device then forgets that you are the host. Keep the host link elsewhere if you want to come back as the host."),
      yes: _("Take it off"),
    }))) return;
    const next = element.nextElementSibling ?? element.previousElementSibling;
    forget(room.name);
    show();
    (next?.querySelector("button") ?? document.querySelector("[data-make] input:not([type=hidden])"))?.focus();
  }

  async function ask(room) {
    const { ok, status, data } = await call("GET", `/api/v1/rooms/${encodeURIComponent(room.name)}`);
    const now = ok ? data.room : null;
    const another = now && (now.code !== room.code || now.state === "closed");
    if (status === 404 || status === 410 || another) forget(room.name);
    else if (now) {
      present.set(now.code, now.present);
      refresh(now);
    } else return;
    show();
  }

  function begin() {
    for (const element of lines.values()) element.remove();
    lines.clear(); // with links that lead nowhere but to the room
    show();
    remembered().forEach(ask);
  }

  begin();
  addEventListener("pageshow", (event) => event.persisted && begin());
  addEventListener("storage", show);
  setInterval(() => document.hidden || show(), LOOK_MS);
}

/** @param {HTMLElement} element @param {Remembered} room @param {number} [present] */
function fill(element, room, present) {
  const set = (place, words) => (element.querySelector(`[data-line-${place}]`).textContent = words);
  const facts = [room.title && room.title !== room.name && `/${room.name}`, present && ngettext("%(num)s here", "%(num)s here", present)];
  set("title", room.title || room.name);
  set("name", facts.filter(Boolean).join(" · "));
  set("ends", _("forgotten in %(span)s", { span: span(Date.parse(room.expires_at) - serverNow()) }));
  set("visited", ` · ${visited(room.seen_at)}`);
  set("label", _("Take %(title)s off this list", { title: room.title || room.name }));
  element.querySelector("[data-line-host]").hidden = !room.host;
}

function visited(at) {
  const ago = Date.now() - at;
  const [unit, long] = UNITS.find(([, each]) => ago >= each) ?? [];
  if (!unit) return _("visited just now");
  const when = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(ago / long), unit);
  return _("visited %(when)s", { when });
}
