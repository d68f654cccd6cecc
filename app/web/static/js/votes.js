/**
 * Votes for questions, wherever on the page a question stands: shown at once, put right by the room's own count.
 *
 * @typedef {{votes: number, answered: boolean, mine: boolean, ahead: number}} Tally `ahead` is what I did and the room has not counted yet
 */

import { call } from "./http.js";
import { device } from "./keep.js";

/** The room counts within moments; if it does not, there was nothing to count. */
const COUNTED_MS = 5_000;

export class Votes {
  /**
   * @param {HTMLElement} root
   * @param {string} api
   * @param {string} key where this device remembers what I voted for
   * @param {{may: () => boolean, refused: (words: string) => void}} owner
   */
  constructor(root, api, key, owner) {
    this._root = root;
    this._api = api;
    this._key = key;
    this._owner = owner;
    /** @type {Map<string, Tally>} */
    this._tallies = new Map();
    this._mine = new Set(device.read(key, []));
    /** What I voted on since this page was opened: a list that was asked for before may not know it. */
    this._pressed = new Set();
    root.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("[data-vote]");
      if (button) this._press(button.closest("[data-message-id]").dataset.messageId);
    });
  }

  /** How a message stands; what an event said goes before what a page of the archive says. */
  tally(id) {
    return this._tallies.get(id) ?? { votes: 0, answered: false, mine: this._mine.has(id), ahead: 0 };
  }

  /** Shows what is known on an element that has just been made, and learns from it what is not. */
  dress(element) {
    const { messageId: id, question, votes, answered } = element.dataset;
    if (question === undefined) return element;
    if (!this._tallies.has(id)) this._tallies.set(id, { ...this.tally(id), votes: Number(votes ?? 0), answered: answered !== undefined });
    this._show(element, this.tally(id));
    return element;
  }

  /** The room's own word on a message: its votes, whether it is answered, whether I voted. */
  know(id, now) {
    const tally = { ...this.tally(id), ...now };
    if (now.votes !== undefined) tally.ahead = 0;
    if (now.mine !== undefined) this._remember(id, now.mine);
    this._tallies.set(id, tally);
    for (const element of this._root.querySelectorAll(`[data-message-id="${CSS.escape(id)}"]`)) this._show(element, tally);
  }

  /** What a list of questions says of one; what I did on this page goes before it. */
  learn({ id, votes = 0, answered = false, voted = false }) {
    this.know(id, this._pressed.has(id) ? { answered } : { votes, answered, mine: voted });
  }

  /** The room begins anew: what was heard of it holds no longer. */
  clear() {
    this._tallies.clear();
  }

  forget() {
    device.write(this._key, null);
  }

  _show(element, { votes, answered, mine, ahead }) {
    const button = element.querySelector("[data-vote]");
    if (!button) return;
    button.setAttribute("aria-pressed", String(mine));
    button.querySelector("[data-votes]").textContent = String(votes + ahead);
    element.toggleAttribute("data-answered", answered);
    element.querySelector("[data-answer]")?.setAttribute("aria-pressed", String(answered));
  }

  async _press(id) {
    const before = this.tally(id);
    if (!this._owner.may() || before.busy) return;
    const mine = !before.mine;
    this._pressed.add(id);
    this.know(id, { mine, ahead: before.ahead + (mine ? 1 : -1), busy: true });
    const answer = await call(mine ? "POST" : "DELETE", `${this._api}/messages/${id}/vote`);
    if (!answer.ok) {
      this._owner.refused(answer.words);
      this.know(id, { mine: !mine, ahead: 0, busy: false });
      return;
    }
    this.know(id, { busy: false });
    setTimeout(() => this.tally(id).ahead && this.know(id, { ahead: 0 }), COUNTED_MS);
  }

  _remember(id, mine) {
    if (mine) this._mine.add(id);
    else this._mine.delete(id);
    device.write(this._key, [...this._mine]);
  }
}
