/** The questions beside the messages: the most wanted first, what is answered last. */

import { call } from "./http.js";
import { messageElement, showAuthor } from "./message.js";
import { tabStop } from "./ticks.js";
import { _, ngettext } from "./words.js";

const MOST = 100;
/** Nothing moves under the finger that has just voted. */
const SORT_AFTER_MS = 1_200;
const LOOK_AGAIN_MS = 3_000;

export class Questions {
  /**
   * @param {HTMLElement} panel
   * @param {string} api
   * @param {import("./votes.js").Votes} votes
   * @param {{isOwn: (participantId: string|null) => boolean, news: (words: string) => void, host: boolean}} owner
   */
  constructor(panel, api, votes, owner) {
    this._list = panel.querySelector("[data-questions]");
    this._empty = panel.querySelector("[data-questions-empty]");
    this._api = api;
    this._votes = votes;
    this._owner = owner;
    this._loaded = false;
    this._shown = false;
    this._news = 0;
    this._sorting = 0;
    this._showStop = tabStop(this._list, owner.host);
  }

  /** The reader looks at them, or at something else again. */
  show(shown) {
    this._shown = shown;
    if (!shown) return;
    this._tell(0);
    if (!this._loaded) this._load();
  }

  /** A message event of the room. */
  add({ message, seq, at }) {
    if (!message.question || !message.text) return;
    if (this._loaded) this._put({ ...message, seq, at });
    if (!this._shown && !this._owner.isOwn(message.participant_id)) this._tell(this._news + 1);
  }

  /** Votes were counted, or the host struck one. */
  changed() {
    clearTimeout(this._sorting);
    this._sorting = setTimeout(() => this._sort(), SORT_AFTER_MS);
  }

  remove(id) {
    this._find(id)?.remove();
    this._showEmpty();
  }

  rename({ id, nickname, glyph }) {
    for (const element of this._list.querySelectorAll(`[data-participant-id="${CSS.escape(id)}"]`)) showAuthor(element, nickname, glyph);
  }

  /** The room begins anew, or is over. */
  clear() {
    this._loaded = false;
    this._list.replaceChildren();
    this._tell(0);
    if (this._shown) this._load();
  }

  async _load() {
    this._loaded = true; // what comes meanwhile is put beside what was asked for
    const answer = await call("GET", `${this._api}/questions?limit=${MOST}`);
    this._loaded = answer.ok;
    this._empty.textContent = answer.ok ? _("No questions yet. Ask one: a message that ends with a question mark is a question.") : _("The questions cannot be read just now.");
    if (!answer.ok && answer.status !== 410) setTimeout(() => this._shown && !this._loaded && this._load(), LOOK_AGAIN_MS);
    for (const message of answer.data?.questions ?? []) {
      this._votes.learn(message);
      this._put(message);
    }
    this._sort();
  }

  _put(message) {
    if (this._find(message.id)) return;
    const element = messageElement({ ...message, question: true }, { own: this._owner.isOwn(message.participant_id), seq: message.seq, at: message.at });
    this._list.append(this._votes.dress(element));
    this.changed();
    this._showEmpty();
  }

  _sort() {
    const rank = (element) => {
      const { answered, votes } = this._votes.tally(element.dataset.messageId);
      return [answered ? 1 : 0, -votes, Number(element.dataset.seq)];
    };
    const ranked = [...this._list.children].map((element) => [rank(element), element]).sort(([a], [b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    const focus = document.activeElement;
    ranked.forEach(([, element], at) => this._list.children[at] !== element && this._list.insertBefore(element, this._list.children[at]));
    for (const [, element] of ranked.slice(MOST)) element.remove();
    if (this._list.contains(focus)) focus.focus({ preventScroll: true });
    this._showEmpty();
  }

  _find(id) {
    return this._list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  _showEmpty() {
    this._empty.hidden = this._list.childElementCount > 0;
    this._showStop();
  }

  _tell(news) {
    this._news = news;
    this._owner.news(news ? ngettext("%(num)s new", "%(num)s new", news) : "");
  }
}
