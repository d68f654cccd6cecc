/** One person at the desk: all that he said, whatever became of it, and what can be decided about him. */

import { announce } from "./announce.js";
import { calmly } from "./calmly.js";
import { confirmed } from "./dialogs.js";
import { linked } from "./links.js";
import { showAuthor, USUAL } from "./message.js";
import { forGood, hereSince, standing } from "./standing.js";
import { clock, fullTime } from "./times.js";
import { _ } from "./words.js";

const CALM_MS = 1_000;
const MINUTE_MS = 60_000;
const FATES = { shown: _("Shown"), held: _("Waits"), rejected: _("Rejected"), removed: _("Removed"), failed: _("Not delivered") };
const COLOURS = { held: "paused", rejected: "closed", removed: "closed", failed: "closed" };
const ERASED = new Set(["rejected", "removed"]);

/** @param {import("./host.js").Desk} desk */
export function one(desk) {
  const view = document.querySelector("[data-one]");
  const $ = (selector) => view.querySelector(selector);
  const look = calmly(load, CALM_MS);
  /** Asked to be removed, and perhaps still listed for a moment. */
  const going = new Set();
  let id = null;
  /** @type {import("./standing.js").Person|null} */
  let person = null;

  view.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-deed], [data-said-remove], [data-said-decide]");
    if (!button) return;
    if (button.matches("[data-deed]")) return decide(button);
    const message = button.closest("[data-message-id]").dataset.messageId;
    if (button.matches("[data-said-decide]")) return desk.open("waiting", message);
    remove(message);
  });

  return {
    look,
    id: () => id,
    decided: (whom) => whom === id && look(),
    event({ kind, message, participant, id: about }) {
      const his = message?.participant_id === id || participant?.id === id;
      if (id && (his || (kind === "removed" && find(about)))) look();
    },
    async show(wanted) {
      id = wanted ?? null;
      person = null;
      view.hidden = true;
      $("[data-said]").replaceChildren();
      if (!id) return;
      await load();
      $("#one-title").focus();
      view.scrollIntoView({ block: "nearest" });
    },
  };

  async function load() {
    if (!id) return;
    const asked = id;
    const answer = await desk.ask("GET", `/participants/${encodeURIComponent(asked)}`);
    if (asked !== id) return;
    if (answer.status === 404) return desk.open("people");
    if (!answer.ok) return;
    person = answer.data.participant;
    fill(answer.data.messages);
  }

  function fill(messages) {
    view.hidden = false;
    showAuthor(view, person.nickname, person.glyph, person.role ?? "");
    $("[data-one-meta]").textContent = hereSince(person);
    $("[data-one-state]").textContent = standing(person).words;
    $("[data-one-state]").hidden = !standing(person).words;
    showDeeds();
    showSaid(messages);
  }

  /** The host is nobody's to mute, and a helper not another helper's. */
  function showDeeds() {
    const { banned, muted_until: muted, waiting, role } = person;
    const open = { waiting: waiting && !banned, heard: !muted && !banned && !waiting, muted: muted && !banned, free: !banned, banned };
    $("[data-one-deeds]").hidden = role === "host" || (role === "helper" && !desk.isHost);
    const here = $("[data-one-deeds]").contains(document.activeElement);
    for (const group of view.querySelectorAll("[data-when]")) group.hidden = !open[group.dataset.when];
    if (here && !document.activeElement.checkVisibility()) $("[data-when]:not([hidden]) button").focus();
  }

  /** Lines stay who they are, so that whoever is at one with the keyboard stays there. */
  function showSaid(messages) {
    const list = $("[data-said]");
    const lines = new Map([...list.children].map((line) => [line.dataset.messageId, line]));
    const shown = messages.filter((message) => !going.has(message.id) || message.state === "removed");
    const wanted = new Set(shown.map((message) => message.id));
    for (const [each, line] of lines) if (!wanted.has(each)) line.remove();
    shown.forEach((message, at) => {
      const line = fillLine(lines.get(message.id) ?? newLine(), message);
      if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null);
    });
    $("[data-said-empty]").hidden = shown.length > 0;
  }

  function find(message) {
    return view.querySelector(`[data-message-id="${CSS.escape(message ?? "")}"]`);
  }

  /** It cannot be taken back once it is done, so it is done when nobody has taken it back. */
  function remove(message) {
    const next = find(message).nextElementSibling ?? find(message).previousElementSibling;
    going.add(message);
    find(message).remove();
    (next?.querySelector("button:not([hidden])") ?? $("#one-title")).focus();
    const act = async () => {
      const answer = await desk.ask("DELETE", `/messages/${message}`);
      if (!answer.ok) going.delete(message);
      look();
    };
    desk.soon(_("The message is removed."), act, () => {
      going.delete(message);
      load();
    });
  }

  async function decide(button) {
    const { deed, minutes, all } = button.dataset;
    if (all !== undefined && !(await sure())) return;
    const before = person;
    const body = deed === "mute" && minutes ? { minutes: Number(minutes) } : all === undefined ? undefined : { remove_messages: true };
    if (!(await ask(before, deed, body))) return;
    tell(before, deed, all !== undefined);
    if (deed === "turn-away") return desk.open("people");
    await load();
  }

  async function ask(whom, deed, body) {
    const answer = await desk.ask("POST", `/participants/${whom.id}/${deed}`, body);
    return answer.ok;
  }

  function sure() {
    return confirmed({
      question: _("Ban %(who)s and remove everything?", { who: person.nickname }),
      detail: _("All messages from this device leave every screen, the transcript and the feed. The ban can be lifted again; the messages do not come back."),
      yes: _("Ban and remove"),
    });
  }

  /** What was done, and the opposite of it. */
  function tell(before, deed, all) {
    const who = before.nickname;
    const deeds = {
      mute: [_("%(who)s is muted.", { who }), "unmute"],
      unmute: [_("%(who)s may write again.", { who }), "mute", again(before.muted_until)],
      ban: [all ? _("%(who)s is banned. Undo lifts the ban only: what is removed stays removed.", { who }) : _("%(who)s is banned.", { who }), "unban"],
      unban: [_("%(who)s may come back.", { who }), "ban"],
    };
    if (!deeds[deed]) return announce(deed === "admit" ? _("%(who)s is let in.", { who }) : _("%(who)s is turned away.", { who }));
    const [words, opposite, body] = deeds[deed];
    announce(words);
    desk.did(words, async () => {
      if (await ask(before, opposite, body)) look();
    });
  }
}

/** A mute for as long as the one before would have lasted. */
function again(until) {
  if (!until || forGood(until)) return undefined;
  return { minutes: Math.max(1, Math.ceil((Date.parse(until) - Date.now()) / MINUTE_MS)) };
}

function newLine() {
  return document.getElementById("said-line").content.firstElementChild.cloneNode(true);
}

function fillLine(line, { id, text, at, state, reason }) {
  const part = (name) => line.querySelector(`[data-${name}]`);
  line.dataset.messageId = id;
  part("text").replaceChildren(text ? linked(text) : "");
  part("text").hidden = !text;
  part("fate").textContent = FATES[state] ?? state;
  part("fate").dataset.state = COLOURS[state] ?? "open";
  part("why").textContent = reason && reason !== USUAL ? _(reason) : ERASED.has(state) ? _("Its words are not kept.") : "";
  const time = line.querySelector("time");
  time.dateTime = at;
  time.textContent = clock(at);
  time.title = fullTime(at);
  part("said-decide").hidden = state !== "held" && state !== "failed";
  part("said-remove").hidden = state !== "shown";
  return line;
}
