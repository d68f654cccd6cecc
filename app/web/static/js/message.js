/** One message on the screen: the same markup as `_message.html`, filled in from its template. */

import { linked } from "./links.js";
import { showTicks } from "./ticks.js";
import { clock, fullTime } from "./times.js";
import { _ } from "./words.js";

const SOURCES = { x: "X", mastodon: "Mastodon", bluesky: "Bluesky" };
const TEXT_STYLE = "\uFE0E"; // asks for the plain sign where a font would paint an emoji

/** Why the house holds every message of a room whose host reads first: said already. */
export const USUAL = "waits for the host";

/** What an author reads under his own message, where its ticks do not say it all. */
const STATE_WORDS = {
  sending: () => "",
  waiting: (when) => `${_("Not sent yet.")} ${when ?? _("It is tried again in a moment.")}`,
  accepted: (reason) => reason ?? "",
  delivered: () => "",
  held: (reason) => _("Only you see this until the host lets it through.") + (reason && reason !== USUAL ? ` (${_(reason)})` : ""),
  rejected: (reason) => reason ? _("Not shown. %(reason)s", { reason: _(reason) }) : _("Not shown."),
  failed: (reason) => reason ? _("Not sent: %(reason)s", { reason: _(reason) }) : _("Not sent."),
};

export const IN_FLIGHT = new Set(["sending", "waiting", "accepted"]);

const blank = () => document.getElementById("message-template").content.firstElementChild.cloneNode(true);

/**
 * @param {import("./boot.js").Message} message
 * @param {{own?: boolean, seq?: number, at?: string}} [how]
 * @returns {HTMLElement}
 */
export function messageElement(message, { own = false, seq, at } = {}) {
  const element = blank();
  element.dataset.messageId = message.id;
  if (seq !== undefined) element.dataset.seq = String(seq);
  if (message.participant_id) element.dataset.participantId = message.participant_id;
  element.toggleAttribute("data-own", own);
  showAuthor(element, message.nickname, message.glyph, message.role ?? "");
  showSource(element, message);
  element.querySelector("[data-text]").replaceChildren(linked(message.text));
  showTime(element, at);
  if (seq !== undefined || message.question) showQuestion(element, message);
  return element;
}

/** What is no question needs none of a question's buttons. */
function showQuestion(element, { question, votes, answered }) {
  if (!question) return void element.querySelector(".message__question")?.remove();
  element.dataset.question = "";
  element.dataset.votes = String(votes ?? 0);
  element.toggleAttribute("data-answered", Boolean(answered));
}

/** @param {string} [role] "" for none; left out where it stays as it is */
export function showAuthor(element, nickname, glyph, role) {
  const name = element.querySelector("[data-nickname]");
  name.textContent = nickname;
  if (role !== undefined) showRole(name, role);
  if (!glyph) return;
  const place = element.querySelector("[data-glyph]");
  place.textContent = glyph.sign + TEXT_STYLE;
  place.dataset.colour = glyph.colour;
  name.dataset.colour = glyph.colour;
}

/** What nobody can write himself: it stands outside of the nickname. */
function showRole(name, role) {
  name.parentElement.querySelector("[data-role]")?.remove();
  if (!role) return;
  const badge = document.createElement("span");
  badge.className = "role";
  badge.dataset.role = "";
  badge.textContent = role === "host" ? _("Host") : _("Helper");
  name.after(badge);
}

function showSource(element, { source, url }) {
  const place = element.querySelector("[data-source]");
  place.hidden = !source;
  if (!source) return;
  const link = url && linked(url).querySelector("a");
  if (link) link.textContent = SOURCES[source] ?? source;
  place.replaceChildren(`${_("via")} `, link || (SOURCES[source] ?? source));
}

export function showTime(element, at) {
  const time = element.querySelector("time");
  element.dataset.at = at ?? "";
  if (!at) return;
  time.setAttribute("datetime", at);
  time.textContent = clock(at);
  time.title = fullTime(at);
}

/**
 * Shows where one of my own messages is on its way.
 * @param {HTMLElement} element
 * @param {string} state
 * @param {string} [reason] why it is so, or what it waits for
 * @param {string} [stage] how far an accepted one has come, where that is known
 * @param {"asked"|"answered"} [appeal] whether I have asked for another look, which one may once
 */
export function showState(element, state, reason, stage, appeal) {
  element.dataset.state = state;
  showTicks(element, state, stage);
  const words = STATE_WORDS[state](reason) + (appeal === "asked" ? ` ${_("You have asked the host to look again.")}` : "");
  const place = element.querySelector("[data-state-words]");
  if (place.textContent !== words) place.textContent = words;
  element.querySelector(".message__state").hidden = !words;
  element.querySelector("[data-retry]").hidden = state !== "failed";
  // Who waits for the first look has no need of a second one.
  const final = state === "rejected" || (state === "held" && reason && reason !== USUAL);
  const ask = element.querySelector("[data-appeal]");
  if (ask) ask.hidden = !final || Boolean(appeal);
  element.querySelector("[data-discard]").hidden = state !== "failed" && state !== "rejected";
}

/** The room shows one of my own: the same element, now as everyone sees it, so that whoever is at it with the keyboard stays there. */
export function settle(element, message, { seq, at }) {
  element.dataset.seq = String(seq);
  showAuthor(element, message.nickname, message.glyph, message.role ?? "");
  const text = element.querySelector("[data-text]");
  if (text.textContent !== message.text) text.replaceChildren(linked(message.text));
  showTime(element, at);
  showQuestion(element, message);
  showState(element, "delivered");
  return element;
}

/** Server-rendered messages get what only a browser knows: links and local time. @returns {HTMLElement} the same */
export function enhance(element) {
  const text = element.querySelector("[data-text]");
  text.replaceChildren(linked(text.textContent));
  showTime(element, element.dataset.at);
  const report = document.getElementById("message-template")?.content.querySelector("[data-report]");
  if (report) element.querySelector(".message__line").append(report.cloneNode(true));
  return element;
}
