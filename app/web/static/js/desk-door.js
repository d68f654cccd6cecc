/** Those who knock, above everything else at the desk: let in or turned away one by one, or let in all together. */

import { announce } from "./announce.js";
import { calmly } from "./calmly.js";
import { call } from "./http.js";
import { looking } from "./looking.js";
import { showAuthor } from "./message.js";
import { several } from "./several.js";
import { _, ngettext } from "./words.js";

/** Lines that are shown before somebody asks for all of them. */
const FIRST = 3;
const MOST = 500;
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
  /** Who is turned away in some seconds, unless somebody thinks better of it. */
  const leaving = new Set();
  let opened = false;
  let kept = desk.room().door;

  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-knock]");
    if (!button) return;
    const { id } = button.closest("li").dataset;
    if (button.dataset.knock === "admit") letIn(id);
    else turnAway(waiting.get(id));
  });
  all.addEventListener("click", letAllIn);
  more.addEventListener("click", () => {
    opened = !opened;
    show();
  });

  return {
    look,
    refresh,
    turnAway,
    /** Where the door is opened nobody waits any longer. */
    room(room) {
      if (room.door !== kept) refresh();
      kept = room.door;
    },
    add(participant) {
      if (leaving.has(participant.id)) return;
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
    for (const id of leaving) waiting.delete(id);
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

  function lineOf(id) {
    return [...list.children].findIndex((each) => each.dataset.id === id);
  }

  async function letIn(id) {
    const who = waiting.get(id)?.nickname;
    const at = lineOf(id);
    if (!(await admit(id))) return;
    show();
    tellLetIn(_("%(who)s is let in.", { who }), [id]);
    goOn(at);
  }

  /** Whoever is turned away is forgotten, so it is done when nobody has thought better of it. */
  function turnAway({ id, nickname: who }) {
    const at = lineOf(id);
    leaving.add(id);
    gone(id);
    show();
    const over = () => {
      leaving.delete(id);
      refresh();
    };
    desk.soon(_("%(who)s is turned away.", { who }), () => desk.ask("POST", `/participants/${id}/turn-away`).then(over), over);
    if (at >= 0) goOn(at);
  }

  function gone(id) {
    waiting.delete(id);
    since.set(id, null);
  }

  /** Whoever was here with the keyboard goes on at the next, or at the list of people. */
  function goOn(at) {
    const next = list.children[Math.min(at, list.childElementCount - 1)];
    (next?.querySelector("[data-knock]") ?? document.querySelector("[data-tabs] [aria-selected=true]")).focus();
  }

  /** Whoever is gone meanwhile is done with, too. */
  async function admit(id) {
    const answer = await call("POST", `${desk.api}/participants/${id}/admit`);
    const over = answer.ok || answer.status === 404;
    if (over) gone(id);
    else desk.said(answer.words);
    return over;
  }

  async function letAllIn() {
    all.setAttribute("aria-disabled", "true");
    const done = await several([...waiting.keys()], admit);
    all.removeAttribute("aria-disabled");
    show();
    tellLetIn(ngettext("%(num)s person is let in.", "%(num)s people are let in.", done.length), done);
    if (!waiting.size) goOn(0);
  }

  /** Undone, they stand before the door again. */
  function tellLetIn(words, ids) {
    desk.did(words, () => several(ids, async (id) => (await desk.ask("POST", `/participants/${id}/unadmit`)).ok));
  }
}

function newLine(id) {
  const line = document.getElementById("knock-line").content.firstElementChild.cloneNode(true);
  line.dataset.id = id;
  line.querySelector("[data-person]").dataset.person = id;
  return line;
}
