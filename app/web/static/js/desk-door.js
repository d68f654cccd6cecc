/** Those who knock, above everything else at the desk: let in or turned away one by one, or let in all together. */

import { announce } from "./announce.js";
import { calmly } from "./calmly.js";
import { call } from "./http.js";
import { looking } from "./looking.js";
import { showAuthor } from "./message.js";
import { _, ngettext } from "./words.js";

/** Lines that are shown before somebody asks for all of them. */
const FIRST = 3;
const MOST = 500;
const AT_ONCE = 6;
const CALM_MS = 1_500;

/** @param {import("./host.js").Desk} desk */
export function door(desk) {
  document.querySelector("[data-alerts]").append(document.getElementById("knocks-template").content.cloneNode(true));
  const place = document.querySelector("[data-knocks]");
  const list = place.querySelector("[data-knocks-list]");
  const all = place.querySelector("[data-knocks-all]");
  const more = place.querySelector("[data-knocks-more]");
  const refresh = looking(ask);
  const look = calmly(refresh, CALM_MS);
  const tell = calmly(() => waiting.size && announce(words()), CALM_MS);
  /** @type {Map<string, import("./boot.js").Participant>} who came first stands first */
  let waiting = new Map();
  /** What became known since the house was last asked, by id: its answer may be older. Nothing: he waits no longer. */
  const since = new Map();
  let opened = false;
  let kept = desk.room().door;

  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-knock]");
    if (button) decide(button.closest("li").dataset.id, button.dataset.knock);
  });
  all.addEventListener("click", letAllIn);
  more.addEventListener("click", () => {
    opened = !opened;
    show();
  });

  return {
    look,
    refresh,
    /** Where the door is opened nobody waits any longer. */
    room(room) {
      if (room.door !== kept) refresh();
      kept = room.door;
    },
    add(participant) {
      waiting.set(participant.id, participant);
      since.set(participant.id, participant);
      show();
      tell();
    },
    renamed(participant) {
      if (!waiting.has(participant.id)) return;
      waiting.set(participant.id, participant);
      since.set(participant.id, participant);
      show();
    },
  };

  async function ask() {
    since.clear();
    const answer = await call("GET", `${desk.api}/participants?only=waiting&limit=${MOST}`);
    if (!answer.ok) return;
    const before = waiting.size;
    waiting = new Map(answer.data.participants.reverse().map((each) => [each.id, each]));
    for (const [id, participant] of since) {
      if (participant) waiting.set(id, participant);
      else waiting.delete(id);
    }
    show();
    if (waiting.size > before) tell();
  }

  function words() {
    const names = [...waiting.values()].slice(0, FIRST).map(({ nickname }) => nickname);
    const who = waiting.size > FIRST ? `${names.join(", ")} …` : names.join(", ");
    return ngettext("%(num)s person knocks: %(who)s", "%(num)s people knock: %(who)s", waiting.size, { who });
  }

  function show() {
    place.hidden = waiting.size === 0;
    place.querySelector("[data-knocks-words]").textContent = words();
    all.hidden = waiting.size < 2;
    more.hidden = waiting.size <= FIRST;
    more.textContent = opened ? _("Show fewer") : _("Show all");
    more.setAttribute("aria-expanded", String(opened));
    showLines([...waiting.values()].slice(0, opened ? MOST : FIRST));
    desk.count("people", waiting.size);
  }

  function showLines(wanted) {
    const lines = new Map([...list.children].map((line) => [line.dataset.id, line]));
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, line] of lines) if (!ids.has(id)) line.remove();
    for (const each of wanted) {
      const line = lines.get(each.id) ?? newLine(each.id);
      showAuthor(line, each.nickname, each.glyph, each.role ?? "");
      for (const button of line.querySelectorAll("[data-knock]")) button.setAttribute("aria-label", `${button.dataset.words}: ${each.nickname}`);
      if (!line.isConnected) list.append(line);
    }
  }

  async function decide(id, deed) {
    const who = waiting.get(id)?.nickname;
    const line = [...list.children].findIndex((each) => each.dataset.id === id);
    if (!(await done(id, deed))) return;
    show();
    announce(deed === "admit" ? _("%(who)s is let in.", { who }) : _("%(who)s is turned away.", { who }));
    goOn(line);
  }

  /** Whoever was here with the keyboard goes on at the next, or at the list of people. */
  function goOn(at) {
    const next = list.children[Math.min(at, list.childElementCount - 1)];
    (next?.querySelector("[data-knock]") ?? document.querySelector("[data-tabs] [aria-selected=true]")).focus();
  }

  /** Whoever is gone meanwhile is done with, too. */
  async function done(id, deed) {
    const answer = await call("POST", `${desk.api}/participants/${id}/${deed}`);
    if (!answer.ok && answer.status !== 404) desk.said(answer.words);
    const over = answer.ok || answer.status === 404;
    if (over) {
      waiting.delete(id);
      since.set(id, null);
    }
    return over;
  }

  async function letAllIn() {
    const ids = [...waiting.keys()];
    const many = ids.length;
    all.setAttribute("aria-disabled", "true");
    const one = async () => {
      for (let id = ids.shift(); id; id = ids.shift()) if (!(await done(id, "admit"))) ids.length = 0;
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    all.removeAttribute("aria-disabled");
    show();
    announce(ngettext("%(num)s person is let in.", "%(num)s people are let in.", many - waiting.size));
    if (!waiting.size) goOn(0);
  }
}

function newLine(id) {
  const line = document.getElementById("knock-line").content.firstElementChild.cloneNode(true);
  line.dataset.id = id;
  line.querySelector("[data-person]").dataset.person = id;
  return line;
}
