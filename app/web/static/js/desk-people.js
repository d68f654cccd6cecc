/** Who is in the room, and what was decided about them: the list, and what belongs to it. */

import { calmly } from "./calmly.js";
import { door } from "./desk-door.js";
import { helpers } from "./desk-helpers.js";
import { one } from "./desk-person.js";
import { showAuthor } from "./message.js";
import { hereSince, standing } from "./standing.js";
import { _ } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** Lines a page has, and lines that are looked up again at once. */
const PAGE = 50;
const MOST = 500;
const CALM_MS = 2_000;
const TYPING_MS = 250;

/** @param {import("./host.js").Desk} desk @returns {import("./host.js").Part} */
export function people(desk) {
  const panel = $("#people");
  const list = $("[data-people-list]");
  const find = $("[data-people-find]");
  const more = $("[data-people-more]");
  const knocks = door(desk);
  const person = one(desk, knocks.turnAway);
  const links = desk.isHost ? helpers(desk) : {};
  const look = calmly(refresh, CALM_MS);
  /** @type {import("./standing.js").Person[]} */
  let all = [];
  let only = "";
  let turn = 0;
  let typing = 0;

  find.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(anew, TYPING_MS);
  });
  for (const button of panel.querySelectorAll("[data-only]")) button.addEventListener("click", () => choose(button));
  more.addEventListener("click", next);
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-person], [data-of]");
    const id = button && (button.dataset.person ?? button.closest("[data-message-id]").dataset.participantId);
    if (id) desk.open("people", id);
  });
  $("[data-one-back]").addEventListener("click", back);

  return {
    hello() {
      knocks.refresh();
      look();
      person.look();
    },
    room(room) {
      knocks.room(room);
      person.room();
    },
    shown(id) {
      for (const section of panel.querySelectorAll("[data-people], [data-helpers]")) section.hidden = Boolean(id);
      person.show(id);
      if (!id) refresh();
    },
    event(event) {
      person.event(event);
      if (event.kind !== "renamed") return;
      look();
      knocks.renamed(event.participant);
    },
    frames: {
      knock({ participant }) {
        knocks.add(participant);
        look();
      },
      people({ id }) {
        knocks.look();
        person.decided(id);
        look();
      },
      presence: look,
      desk: person.look,
      shut: links.shut ?? (() => location.reload()),
    },
  };

  function back() {
    const id = person.id();
    desk.open("people");
    (find_(id) ?? $("#people-title")).focus();
  }

  function choose(button) {
    only = button.dataset.only;
    for (const each of panel.querySelectorAll("[data-only]")) each.setAttribute("aria-pressed", String(each === button));
    anew();
  }

  function asked(limit, after) {
    const query = new URLSearchParams({ q: find.value.trim(), limit: String(limit), ...(only && { only }), ...(after && { after }) });
    return desk.ask("GET", `/participants?${query}`);
  }

  function anew() {
    all = [];
    refresh();
  }

  /** Looks again at those who stand there; whoever came since stands above them. */
  async function refresh() {
    if (panel.hasAttribute("data-aside")) return;
    const mine = ++turn;
    const limit = Math.min(Math.max(PAGE, all.length), MOST);
    const answer = await asked(limit);
    if (!answer.ok || mine !== turn) return;
    const fresh = answer.data.participants;
    const known = new Set(fresh.map(({ id }) => id));
    const behind = all.slice(limit).filter(({ id }) => !known.has(id));
    show([...fresh, ...behind], behind.length ? !more.hidden : answer.data.has_more);
  }

  async function next() {
    const mine = ++turn;
    const answer = await asked(PAGE, all.at(-1)?.id);
    if (!answer.ok) return;
    if (mine !== turn) return next(); // somebody came or went meanwhile: who wants more still wants it
    const first = answer.data.participants[0];
    show([...all, ...answer.data.participants], answer.data.has_more);
    if (first) find_(first.id)?.focus();
  }

  function show(people, hasMore) {
    all = people;
    more.hidden = !hasMore;
    const lines = new Map([...list.children].map((line) => [line.dataset.id, line]));
    const wanted = new Set(people.map(({ id }) => id));
    for (const [id, line] of lines) if (!wanted.has(id)) line.remove();
    people.forEach((each, at) => {
      const line = lines.get(each.id) ?? newLine(each.id);
      fill(line, each);
      if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null);
    });
    $("[data-people-empty]").hidden = people.length > 0;
    $("[data-people-empty-words]").textContent = nobody();
  }

  function nobody() {
    if (find.value.trim()) return _("Nobody here has that name.");
    return only ? _("Nobody is muted or banned.") : _("Nobody has joined yet.");
  }

  function find_(id) {
    return id && list.querySelector(`[data-person="${CSS.escape(id)}"]`);
  }
}

function newLine(id) {
  const line = document.getElementById("person-line").content.firstElementChild.cloneNode(true);
  line.dataset.id = id;
  line.querySelector("[data-person]").dataset.person = id;
  return line;
}

/** @param {HTMLElement} line @param {import("./standing.js").Person} person */
function fill(line, person) {
  showAuthor(line, person.nickname, person.glyph, person.role ?? "");
  line.querySelector("[data-meta]").textContent = hereSince(person);
  const place = line.querySelector("[data-standing]");
  const { words, state } = standing(person);
  place.textContent = words;
  place.dataset.state = state;
  place.hidden = !words;
}
