/**
 * The list of messages: stays at its newest end while one reads there, waits with a pill while one reads
 * above, marks days and what is new, and keeps only so many messages on the page.
 *
 * @typedef {import("./boot.js").Message & {seq: number, at: string}} Shown
 */

import { call } from "./http.js";
import { IN_FLIGHT, enhance, messageElement, settle, showAuthor, showState } from "./message.js";
import { tabStop } from "./ticks.js";
import { dayKey, dayName } from "./times.js";

const KEPT = 500;
const PAGE = 50;
const NEAR_PX = 48;
const SAME_BREATH_MS = 3 * 60_000;

export class Log {
  /**
   * @param {{log: HTMLElement, scroller: HTMLElement, pill: HTMLElement, earlier: HTMLElement, empty: HTMLElement}} places
   * @param {string} api
   * @param {{isOwn: (participantId: string|null) => boolean, unread: (count: number) => void, host: boolean}} owner
   */
  constructor(places, api, owner) {
    Object.assign(this, places);
    this._api = api;
    this._owner = owner;
    this._pinned = true;
    this._unread = 0;
    this._height = 0;
    /** Events that come while the list is fetched anew. */
    this._late = null;
    /** True while newer messages were let go, because someone reads far above. */
    this._detached = false;
    this._showStop = tabStop(this.log, owner.host ? ".message" : ".message[data-own]");
    for (const element of this._messages()) enhance(element);
    this._arrange(this.log.firstElementChild);
    this._showEnds();
    this._listen();
    this.toNewest();
  }

  /** A message event of the room. */
  add(event) {
    const { message, seq, at } = event;
    if (!message.text) return; // removed since; its own event follows
    if (this._late) return void this._late.push(event);
    const own = this._owner.isOwn(message.participant_id);
    const mine = this.find(message.id);
    if (this._detached) {
      mine?.remove();
      this._count(own);
      return;
    }
    if (mine?.dataset.seq) return;
    if (mine) settle(mine, message, { seq, at });
    this._place(mine ?? messageElement(message, { own, seq, at }));
    this._arrived(own);
  }

  /** One of my own that the room does not show yet. */
  showOwn(entry, you) {
    const there = this.find(entry.id);
    const element = there ?? messageElement({ ...entry, nickname: you.nickname, glyph: you.glyph, participant_id: you.id }, { own: true, at: new Date().toISOString() });
    const again = there && entry.state === "sending" && !IN_FLIGHT.has(there.dataset.state);
    showState(element, entry.state, entry.reason, entry.stage);
    if (there && !again) {
      if (this._pinned) this._scrollDown(); // its words may have grown
      return;
    }
    this.log.append(element);
    this._arrange(element);
    this._showEnds();
    this.toNewest();
  }

  /** The host took a message out: a line stays in its place. */
  remove(id) {
    const element = this.find(id);
    if (!element) return;
    const line = document.createElement("p");
    line.className = "log__mark log__mark--removed";
    line.dataset.removed = id;
    line.textContent = "The host removed a message.";
    const next = element.nextElementSibling;
    element.replaceWith(line);
    this._arrange(next);
    this._showEnds();
  }

  /** My own message that I let go of: no trace. */
  discard(id) {
    this.find(id)?.remove();
    if (this.log.lastElementChild?.dataset.day !== undefined) this.log.lastElementChild.remove();
    this._showEnds();
  }

  rename({ id, nickname, glyph }) {
    for (const element of this.log.querySelectorAll(`[data-participant-id="${CSS.escape(id)}"]`)) showAuthor(element, nickname, glyph);
  }

  /** Whose messages are mine may change on joining. */
  claimOwn() {
    for (const element of this._messages()) element.toggleAttribute("data-own", this._owner.isOwn(element.dataset.participantId ?? null));
    this._showStop();
  }

  clear() {
    this.log.replaceChildren();
    this._unread = 0;
    this._detached = false;
    this._showEnds();
  }

  /** The room is forgotten: here too. */
  over() {
    this.clear();
    this.pill.hidden = true;
    this.earlier.hidden = true;
    const stamp = document.createElement("p");
    stamp.className = "stamp";
    stamp.textContent = "Forgotten";
    this.empty.replaceChildren(stamp);
  }

  find(id) {
    return this.log.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  /** Begins anew with the newest page; what happens meanwhile is shown after it. @returns {Promise<boolean>} */
  async reload() {
    if (this._late) return false;
    this._late = [];
    const page = await this._page("");
    const late = this._late;
    this._late = null;
    if (page) this._replace(page);
    late.forEach((event) => this.add(event));
    if (page) this._scrollDown();
    return Boolean(page);
  }

  _replace(page) {
    const shown = new Set(page.messages.map((message) => message.id));
    const mine = [...this._messages()].filter(({ dataset }) => dataset.state && dataset.state !== "delivered" && !shown.has(dataset.messageId));
    this.clear();
    this.log.append(...page.messages.map((message) => this._shown(message)), ...mine);
    this._arrange(this.log.firstElementChild);
    this._showEnds(page.has_more);
    this._pinned = true;
    this._setUnread(0);
  }

  /** Goes to the newest message and stays there. */
  async toNewest() {
    if (this._detached && !(await this.reload())) return;
    this._pinned = true;
    this._scrollDown();
    this._setUnread(0);
  }

  _shown(message) {
    return messageElement(message, { own: this._owner.isOwn(message.participant_id), seq: message.seq, at: message.at });
  }

  _messages() {
    return this.log.querySelectorAll("[data-message-id]");
  }

  /** Before my own that are still on their way: those will come later in everyone's order. */
  _place(element) {
    let last = this.log.lastElementChild;
    while (last && last !== element && IN_FLIGHT.has(last.dataset.state)) last = last.previousElementSibling;
    if (last !== element) {
      const left = element.nextElementSibling;
      const focus = element.contains(document.activeElement) ? document.activeElement : null;
      if (last) last.after(element);
      else this.log.prepend(element);
      focus?.focus();
      this._arrange(left);
    }
    this._arrange(element);
  }

  _arrived(own) {
    this._showEnds();
    if (this._pinned) this._trim();
    else if (this.log.childElementCount > 2 * KEPT) this._letNewerGo();
    if (this._pinned && !document.hidden) this._scrollDown();
    else this._count(own);
  }

  _count(own) {
    if (own) return;
    if (this._unread === 0 && !this._detached) this._markUnread();
    if (this._pinned) this._scrollDown();
    this._setUnread(this._unread + 1);
  }

  _setUnread(count) {
    this._unread = count;
    this.pill.hidden = count === 0 && !this._detached;
    this.pill.querySelector("[data-pill-words]").textContent = count === 0 ? "Back to the newest" : `${count} new message${count === 1 ? "" : "s"}`;
    this._owner.unread(count);
  }

  /** A line before the first message one has not seen. */
  _markUnread() {
    this.log.querySelector("[data-unread]")?.remove();
    const line = document.createElement("p");
    line.className = "log__mark log__mark--unread";
    line.dataset.unread = "";
    line.textContent = "New";
    const newest = [...this.log.querySelectorAll("[data-seq]")].at(-1);
    newest?.before(line);
  }

  /** The oldest go when there are too many; the archive still has them. */
  _trim() {
    const all = this._messages();
    const extra = all.length - KEPT;
    if (extra <= 0) return;
    for (let index = 0; index < extra; index += 1) all[index].remove();
    while (this.log.firstElementChild && !this.log.firstElementChild.dataset.messageId) this.log.firstElementChild.remove();
    this._arrange(this.log.firstElementChild);
    this._showEnds(true);
  }

  async _earlier() {
    const first = this.log.querySelector("[data-seq]");
    this.earlier.disabled = true;
    const page = await this._page(first ? `&before=${first.dataset.seq}` : "");
    this.earlier.disabled = false;
    this.earlier.textContent = page ? "Earlier messages" : "They cannot be read just now. Try again";
    if (!page) return;
    this._quietly(() => this._prepend(page));
  }

  _prepend(page) {
    const top = this.log.firstElementChild;
    const fromBottom = this.scroller.scrollHeight - this.scroller.scrollTop;
    const older = page.messages.filter((message) => !this.find(message.id)).map((message) => this._shown(message));
    this.log.prepend(...older);
    this._arrange(this.log.firstElementChild, top);
    this._letNewerGo();
    this._showEnds(page.has_more);
    this.scroller.scrollTop = this.scroller.scrollHeight - fromBottom;
  }

  /** Someone reads far above: then the newest leave the page, and come back by the pill. */
  _letNewerGo() {
    const settled = this.log.querySelectorAll("[data-seq]");
    const extra = settled.length - KEPT;
    if (extra <= 0) return;
    for (const element of [...settled].slice(-extra)) element.remove();
    this._detached = true;
    this._pinned = false;
    this._setUnread(this._unread);
  }

  async _page(query) {
    const answer = await call("GET", `${this._api}/messages?limit=${PAGE}${query}`);
    return answer.ok ? answer.data : null;
  }

  /** Old messages are not news: they are not read out. */
  _quietly(act) {
    this.log.setAttribute("aria-live", "off");
    act();
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  _showEnds(hasMore = undefined) {
    const first = this.log.querySelector("[data-seq]");
    this.empty.hidden = this.log.childElementCount > 0;
    if (hasMore !== undefined) this.earlier.hidden = !hasMore;
    else if (!first) this.earlier.hidden = true;
    this._showStop();
  }

  /** Puts day lines between days, and joins what one person said in one breath: from `from` to the end, or to `until`. */
  _arrange(from, until = null) {
    let element = from;
    while (element) {
      const next = element.nextElementSibling;
      if (element.dataset.messageId) this._join(element);
      if (element === until) return;
      element = next;
    }
  }

  _join(element) {
    this._dayLine(element);
    const before = element.previousElementSibling;
    const samePerson = before?.dataset.participantId && before.dataset.participantId === element.dataset.participantId;
    const close = samePerson && Date.parse(element.dataset.at) - Date.parse(before.dataset.at) < SAME_BREATH_MS;
    element.toggleAttribute("data-continued", Boolean(close));
  }

  /** The day that is written above this place. */
  _dayAbove(element) {
    for (let above = element; above; above = above.previousElementSibling) {
      if (above.dataset.day !== undefined) return above.dataset.day;
      if (above.dataset.messageId) return dayKey(above.dataset.at);
    }
    return null;
  }

  _dayLine(element) {
    const day = dayKey(element.dataset.at);
    const above = element.previousElementSibling;
    const line = above?.dataset.day === undefined ? null : above;
    const wanted = this._dayAbove(line ? line.previousElementSibling : above) !== day;
    if (line && wanted && line.dataset.day === day) return;
    line?.remove();
    if (wanted) element.before(dayMark(element.dataset.at));
  }

  _scrollDown() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  _listen() {
    this.scroller.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this.pill.addEventListener("click", () => this.toNewest());
    this.earlier.addEventListener("click", () => this._earlier());
    // A keyboard that opens, a picture that loads, a window that turns: the newest stay in sight.
    new ResizeObserver(() => this._resized()).observe(this.scroller);
    document.addEventListener("visibilitychange", () => document.hidden || (this._pinned && this._setUnread(0)));
  }

  _resized() {
    this._height = this.scroller.clientHeight;
    if (this._pinned) this._scrollDown();
  }

  _scrolled() {
    if (this.scroller.clientHeight !== this._height) return; // nobody scrolled: the frame has another size, which is seen to next
    const below = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this._pinned = below < NEAR_PX && !this._detached;
    if (this._pinned && !document.hidden && this._unread) this._setUnread(0);
  }
}

function dayMark(at) {
  const line = document.createElement("p");
  line.className = "log__mark log__mark--day";
  line.dataset.day = dayKey(at);
  line.textContent = dayName(at);
  return line;
}
