/**
 * The list of messages: stays at its newest end while one reads there, waits with a pill while one reads
 * above, brings older and newer pages as one comes near them, marks what is new, and keeps only so many
 * messages on the page.
 *
 * @typedef {import("./boot.js").Message & {seq: number, at: string}} Shown
 */

import { call } from "./http.js";
import { arrange, mark } from "./marks.js";
import { IN_FLIGHT, enhance, messageElement, settle, showAuthor, showState } from "./message.js";
import { tabStop } from "./ticks.js";
import { _, ngettext } from "./words.js";

const KEPT = 300;
const PAGE = 50;
const NEAR_PX = 48;
/** So many screens before one comes to an end of what the page holds, more is fetched. */
const AHEAD_SCREENS = 2;
const LOOK_AGAIN_MS = 3_000;
/** Who has seen what is new and stays needs no line before it any more, once something else is said. */
const READ_MS = 20_000;

export class Log {
  /**
   * @param {{log: HTMLElement, scroller: HTMLElement, pill: HTMLElement, earlier: HTMLElement, empty: HTMLElement}} places
   * @param {string} api
   * @param {{isOwn: (participantId: string|null) => boolean, calls: (text: string) => boolean,
   *   dress: (element: HTMLElement) => HTMLElement, unread: (count: number, calls: number) => void, host: boolean}} owner
   */
  constructor(places, api, owner) {
    Object.assign(this, places);
    this._api = api;
    this._owner = owner;
    this._pinned = true;
    this._unread = 0;
    this._calls = 0;
    /** The seq of the first one that was not seen. */
    this._newFrom = null;
    this._readAt = 0;
    this._height = 0;
    this._aside = false;
    this._loading = false;
    this._lookAgainAt = 0;
    /** Events that come while the newest are fetched. */
    this._late = null;
    /** True while newer messages were let go, because someone reads far above. */
    this._detached = false;
    this._showStop = tabStop(this.log, owner.host);
    for (const element of this._messages()) this._dress(enhance(element));
    arrange(this.log.firstElementChild);
    this._showEnds();
    this._listen();
    this._takeOver();
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
      this._count(own, event);
      return;
    }
    if (mine?.dataset.seq) return;
    if (mine) this._owner.dress(settle(mine, message, { seq, at }));
    this._place(mine ?? this._shown({ ...message, seq, at }));
    this._arrived(own, event);
  }

  /** One of my own that the room does not show yet. */
  showOwn(entry, you) {
    const there = this.find(entry.id);
    const element = there ?? messageElement({ ...entry, nickname: you.nickname, glyph: you.glyph, participant_id: you.id }, { own: true, at: new Date(entry.since ?? Date.now()).toISOString() });
    const again = there && entry.state === "sending" && !IN_FLIGHT.has(there.dataset.state);
    showState(element, entry.state, entry.reason, entry.stage, entry.appeal);
    if (there && !again) {
      if (this._pinned) this._scrollDown(); // its words may have grown
      return;
    }
    this._clearNew();
    this.log.append(element);
    arrange(element);
    this._showEnds();
    this.toNewest();
  }

  /** The host took a message out: a line stays in its place. */
  remove(id) {
    const element = this.find(id);
    if (!element) return;
    const line = mark("removed", _("The host removed a message."));
    line.dataset.removed = id;
    const next = element.nextElementSibling;
    element.replaceWith(line);
    arrange(next, next);
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

  /** Whose messages are mine, and which call me, may change on joining. */
  claimOwn() {
    for (const element of this._messages()) {
      element.toggleAttribute("data-own", this._owner.isOwn(element.dataset.participantId ?? null));
      this._dress(element);
    }
    this._showStop();
  }

  /** The reader looks at something else, or looks here again. */
  setAside(aside) {
    this._aside = aside;
    this._looked();
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
    stamp.textContent = _("Forgotten");
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
    arrange(this.log.firstElementChild);
    this._markNew();
    this._readAt = Date.now();
    this._showEnds(page.has_more);
    this._pinned = true;
    this._setUnread(0);
  }

  /** Goes to the newest message and stays there. */
  async toNewest() {
    if (this._detached && !(await this.reload())) return;
    this._pinned = true;
    this._scrollDown();
    this._looked();
  }

  _shown(message) {
    return this._dress(messageElement(message, { own: this._owner.isOwn(message.participant_id), seq: message.seq, at: message.at }));
  }

  /** A message that calls the reader by name stands out. */
  _dress(element) {
    const calls = element.dataset.own === undefined && this._owner.calls(element.querySelector("[data-text]").textContent);
    element.toggleAttribute("data-calls", calls);
    return this._owner.dress(element);
  }

  _messages() {
    return this.log.querySelectorAll("[data-message-id]");
  }

  _settled() {
    return this.log.querySelectorAll("[data-seq]");
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
      arrange(left);
    }
    arrange(element);
  }

  _arrived(own, event) {
    this._showEnds();
    if (this._pinned) this._letOlderGo(this._messages().length - KEPT);
    else if (this.log.childElementCount > 2 * KEPT) this._quietly((read) => this._keepAround(read));
    if (!this._pinned || !this._looking()) return this._count(own, event);
    if (this._readAt && Date.now() - this._readAt > READ_MS) this._clearNew();
    this._scrollDown();
  }

  _looking() {
    return !document.hidden && !this._aside;
  }

  _looked() {
    if (this._pinned && this._looking()) this._setUnread(0);
  }

  _count(own, { seq, message }) {
    if (own) return;
    if (this._unread === 0) {
      this._newFrom = seq;
      this._readAt = 0;
      this._markNew();
    }
    if (this._owner.calls(message.text)) this._calls += 1;
    if (this._pinned) this._scrollDown();
    this._setUnread(this._unread + 1);
  }

  _setUnread(count) {
    if (this._unread && !count) this._readAt = Date.now();
    this._unread = count;
    if (!count) this._calls = 0;
    this.pill.hidden = (count === 0 && !this._detached) || this._pinned;
    this.pill.querySelector("[data-pill-words]").textContent = count === 0 ? _("Back to the newest") : ngettext("%(num)s new message", "%(num)s new messages", count);
    this.pill.querySelector("[data-pill-calls]").textContent = this._calls ? `@${this._calls}` : "";
    this._owner.unread(count, this._calls);
  }

  /** A line before the first message that was not seen, where it is on the page. */
  _markNew() {
    this.log.querySelector("[data-unread]")?.remove();
    const first = this._newFrom && [...this._settled()].find(({ dataset }) => Number(dataset.seq) >= this._newFrom);
    if (!first || (first === this._settled()[0] && Number(first.dataset.seq) > this._newFrom)) return;
    const line = mark("unread", _("New"));
    line.dataset.unread = "";
    first.before(line);
    arrange(first, first);
  }

  _clearNew() {
    this._newFrom = null;
    this._readAt = 0;
    const line = this.log.querySelector("[data-unread]");
    const next = line?.nextElementSibling;
    line?.remove();
    if (next) arrange(next, next);
  }

  /** The oldest go when there are too many; the archive still has them. */
  _letOlderGo(extra) {
    if (extra <= 0) return;
    const all = this._messages();
    for (let index = 0; index < extra; index += 1) all[index].remove();
    while (this.log.firstElementChild && !this.log.firstElementChild.dataset.messageId) this.log.firstElementChild.remove();
    arrange(this.log.firstElementChild, all[extra]);
    this._showEnds(true);
  }

  /** Someone reads far above: then the newest leave the page, and come back as he comes down, or by the pill. */
  _letNewerGo() {
    const settled = this._settled();
    if (settled.length <= KEPT) return;
    let element = settled[KEPT - 1].nextElementSibling;
    while (element) {
      const next = element.nextElementSibling;
      if (element.dataset.seq || !element.dataset.messageId) element.remove();
      element = next;
    }
    this._detached = true;
    this._pinned = false;
    this._setUnread(this._unread);
  }

  _keepAround(read) {
    this._letOlderGo([...this._messages()].indexOf(read) - KEPT / 2);
    this._letNewerGo();
  }

  /** More of the room, if one comes near an end of what the page holds. */
  _near() {
    const { scrollTop, clientHeight } = this.scroller;
    if (this._loading || !clientHeight || Date.now() < this._lookAgainAt) return;
    const ahead = AHEAD_SCREENS * clientHeight;
    if (scrollTop < ahead && !this.earlier.hidden) this._earlier();
    else if (this._detached && this._below() < ahead) this._later();
  }

  async _earlier() {
    if (this._loading) return;
    const first = this._settled()[0];
    const page = await this._more(first, "before");
    this.earlier.textContent = page ? _("Earlier messages") : _("They cannot be read just now. Try again");
    if (!page || !this._stands(first)) return;
    this._quietly(() => this._prepend(first, page.messages, page.has_more));
    this._near();
  }

  _prepend(first, messages, hasMore) {
    this.log.prepend(...messages.filter((message) => !this._owner.isOwn(message.participant_id) || !this.find(message.id)).map((message) => this._shown(message)));
    arrange(this.log.firstElementChild, first);
    this._letNewerGo();
    if (!hasMore && document.activeElement === this.earlier) this.log.focus({ preventScroll: true });
    this._showEnds(hasMore);
  }

  async _later() {
    if (this._loading || this._late) return;
    const last = [...this._settled()].at(-1);
    this._late = [];
    const page = await this._more(last, "after");
    const late = this._late;
    this._late = null;
    if (page && this._stands(last)) this._quietly(() => this._append(last, page.messages, page.has_more));
    late.forEach((event) => this.add(event));
    this._near();
  }

  _append(last, messages, hasMore) {
    for (const message of messages) if (this._owner.isOwn(message.participant_id)) this.find(message.id)?.remove(); // from before it had its number
    last.after(...messages.map((message) => this._shown(message)));
    arrange(last.nextElementSibling);
    this._detached = hasMore;
    this._letOlderGo(this._messages().length - KEPT);
    this._markNew();
    this._setUnread(this._unread);
  }

  /** A page beside this message; nothing if it cannot be had now. */
  async _more(beside, which) {
    this._loading = true;
    const page = await this._page(beside ? `&${which}=${beside.dataset.seq}` : "");
    this._loading = false;
    if (!page) this._lookAgainAt = Date.now() + LOOK_AGAIN_MS;
    return page;
  }

  /** Nothing else has changed that end of the list meanwhile. */
  _stands(beside) {
    return !beside || beside.isConnected;
  }

  async _page(query) {
    const answer = await call("GET", `${this._api}/messages?limit=${PAGE}${query}`);
    return answer.ok ? answer.data : null;
  }

  /** Old messages are not news: they are not read out, and what one reads stays where it is. */
  _quietly(act) {
    clearTimeout(this._aloud);
    this.log.setAttribute("aria-live", "off");
    const edge = this.scroller.getBoundingClientRect().top;
    const read = [...this._messages()].find((element) => element.getBoundingClientRect().bottom > edge);
    const before = read?.getBoundingClientRect().top;
    act(read);
    if (read?.isConnected) this.scroller.scrollTop += read.getBoundingClientRect().top - before;
    this._aloud = setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  _showEnds(hasMore = undefined) {
    const first = this.log.querySelector("[data-seq]");
    this.empty.hidden = this.log.childElementCount > 0;
    if (hasMore !== undefined) this.earlier.hidden = !hasMore;
    else if (!first) this.earlier.hidden = true;
    this._showStop();
  }

  /** Until now the list was turned round, so that it began at its newest end: whoever has gone up there stays. */
  _takeOver() {
    const above = -this.scroller.scrollTop;
    this.scroller.dataset.ready = "";
    this.toNewest();
    if (above < NEAR_PX) return;
    this._pinned = false;
    this.scroller.scrollTop -= above;
  }

  _below() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
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
    document.addEventListener("visibilitychange", () => this._looked());
  }

  _resized() {
    this._height = this.scroller.clientHeight;
    if (this._pinned) this._scrollDown();
    this._near();
  }

  _scrolled() {
    if (this.scroller.clientHeight !== this._height) return; // nobody scrolled: the frame has another size, which is seen to next
    this._pinned = this._below() < NEAR_PX && !this._detached;
    if (this._unread) this._looked();
    this._near();
  }
}
