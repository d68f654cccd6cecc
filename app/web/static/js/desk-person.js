/** One person at the desk: all that he said, whatever became of it, and what can be decided about him. */

import { calmly } from "./calmly.js";
import { deedLines } from "./deeds.js";
import { confirmed } from "./dialogs.js";
import { linked } from "./links.js";
import { showAuthor, USUAL } from "./message.js";
import { forGood, hereSince, standing, when } from "./standing.js";
import { clock, fullTime } from "./times.js";
import { _ } from "./words.js";

const CALM_MS = 1_000;
const MINUTE_MS = 60_000;
const FATES = { shown: _("Shown"), held: _("Waits"), rejected: _("Rejected"), removed: _("Removed"), failed: _("Not delivered") };
const COLOURS = { held: "paused", rejected: "closed", removed: "closed", failed: "closed" };
const ERASED = new Set(["rejected", "removed"]);
/** Events about a message that its line shows. */
const SHOWN_IN_LINES = new Set(["removed", "answered"]);

/**
 * @param {import("./host.js").Desk} desk
 * @param {(person: import("./standing.js").Person) => void} turnAway
 */
export function one(desk, turnAway) {
  const view = document.querySelector("[data-one]");
  const $ = (selector) => view.querySelector(selector);
  const look = calmly(load, CALM_MS);
  const lines = deedLines(desk, when);
  /** Asked to be removed, and perhaps still listed for a moment. */
  const going = new Set();
  let id = null;
  /** @type {import("./standing.js").Person|null} */
  let person = null;

  view.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-deed], [data-said-deed]");
    if (!button) return;
    if (button.matches("[data-deed]")) return decide(button);
    const message = button.closest("[data-message-id]").dataset.messageId;
    const deeds = { decide: () => desk.open("waiting", message), remove: () => remove(message), pin: () => mark(button, message), answer: () => mark(button, message) };
    deeds[button.dataset.saidDeed]();
  });

  return {
    look,
    id: () => id,
    decided: (whom) => whom === id && look(),
    event({ kind, message, participant, id: about }) {
      const his = message?.participant_id === id || participant?.id === id;
      if (id && (his || (SHOWN_IN_LINES.has(kind) && find(about)))) look();
    },
    /** Another message, or none, is pinned. */
    room: () => id && showPins(),
    async show(wanted) {
      id = wanted ?? null;
      person = null;
      view.hidden = true;
      $("[data-said]").replaceChildren();
      $("[data-decided]").replaceChildren();
      if (!id) return;
      await load();
      $("#one-title").focus();
      view.scrollIntoView({ block: "nearest" });
    },
  };

  async function load() {
    if (!id) return;
    const asked = id;
    const path = encodeURIComponent(asked);
    const [answer, done] = await Promise.all([desk.ask("GET", `/participants/${path}`), desk.ask("GET", `/ledger?about=${path}`)]);
    const decided = done.ok ? await lines(done.data.actions) : [];
    if (asked !== id) return;
    if (answer.status === 404) return desk.open("people");
    if (!answer.ok) return;
    person = answer.data.participant;
    fill(answer.data.messages);
    $("[data-decided]").replaceChildren(...decided);
    $("[data-decided-box]").hidden = decided.length === 0;
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
    showPins();
  }

  function showPins() {
    for (const button of view.querySelectorAll('[data-said-deed="pin"]')) {
      const pinned = isPinned(button.closest("[data-message-id]").dataset.messageId);
      press(button, pinned, pinned ? _("Unpin") : _("Pin"));
    }
  }

  function isPinned(message) {
    return desk.room().pinned?.id === message;
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

  /** Pinned and answered, or not any longer: the opposite is the same the other way round. */
  async function mark(button, message) {
    const { saidDeed: what } = button.dataset;
    const on = button.getAttribute("aria-pressed") !== "true";
    const before = what === "pin" && on ? desk.room().pinned?.id : null;
    if (!(await marked(message, what, on))) return;
    const words = { pin: [_("The message is pinned."), _("The message is unpinned.")], answer: [_("The question is answered."), _("The question is open again.")] };
    desk.did(words[what][on ? 0 : 1], () => (before ? marked(before, what, true) : marked(message, what, !on)));
  }

  async function marked(message, what, on) {
    const answer = await desk.ask(on ? "POST" : "DELETE", `/messages/${message}/${what}`);
    return answer.ok;
  }

  async function decide(button) {
    const { deed, minutes, all } = button.dataset;
    if (deed === "turn-away") {
      turnAway(person);
      return desk.open("people");
    }
    if (all !== undefined && !(await sure())) return;
    const before = person;
    const body = deed === "mute" && minutes ? { minutes: Number(minutes) } : all === undefined ? undefined : { remove_messages: true };
    if (!(await ask(before, deed, body))) return;
    tell(before, deed, all !== undefined);
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
      admit: [_("%(who)s is let in.", { who }), "unadmit"],
    };
    const [words, opposite, body] = deeds[deed];
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

function press(button, on, words) {
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("[data-words]").textContent = words;
}

function fillLine(line, { id, text, at, state, reason, question, answered }) {
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
  const deed = (name) => line.querySelector(`[data-said-deed="${name}"]`);
  deed("decide").hidden = state !== "held" && state !== "failed";
  for (const name of ["pin", "remove"]) deed(name).hidden = state !== "shown";
  deed("answer").hidden = state !== "shown" || !question;
  press(deed("answer"), Boolean(answered), answered ? _("Open again") : _("Answered"));
  return line;
}
