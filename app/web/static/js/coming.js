/**
 * What has come from the room and is not on the wall yet: because the wall is frozen, or because it shows
 * everything a little later, so that a host can remove a message before anybody sees it there.
 *
 * @typedef {{id: string, at: number, element: HTMLElement}} Item
 */

import { serverNow } from "./times.js";

/** A clock that is off by less is believed (see times.js), so an age may be wrong by this much. */
const CLOCK_TRUST_MS = 5_000;
/** The wall shows fewer; whatever is behind so many would leave it in the same moment. */
const MOST = 500;
const LONGEST_TIMER_MS = 60_000;

export class Coming {
  /** @param {{show: (elements: HTMLElement[]) => void, changed: () => void}} owner */
  constructor(owner) {
    this._owner = owner;
    /** @type {{id: string, since: number, element: HTMLElement}[]} */
    this._items = [];
    this._delay = 0;
    this._frozen = false;
    this._timer = 0;
  }

  get frozen() {
    return this._frozen;
  }

  /** How many would be on the wall if it were not frozen. */
  get ready() {
    return this._frozen ? this._items.length - this.young : 0;
  }

  /** How many are not old enough to be seen. */
  get young() {
    return this._items.filter((item) => this._due(item) > Date.now()).length;
  }

  /** @param {Item[]} items in the room's order */
  take(items) {
    this._items = [...this._items, ...items.map(dated)].slice(-MOST);
    this._soon(0);
  }

  /**
   * Begins with these and forgets all others.
   * @param {Item[]} items in the room's order
   * @returns {HTMLElement[]} what is old enough to be seen
   */
  begin(items) {
    this._items = items.map(dated);
    this._soon(0);
    return this._takeDue();
  }

  /** Taken back before anybody saw it here. */
  remove(id) {
    this._items = this._items.filter((item) => item.id !== id);
    this._owner.changed();
  }

  has(id) {
    return this._items.some((item) => item.id === id);
  }

  /** Whether a message is not to be seen yet, also where the word of it has not come. @param {string} at */
  hides(id, at) {
    return this.has(id) || serverNow() - Date.parse(at) < this._delay;
  }

  get elements() {
    return this._items.map(({ element }) => element);
  }

  /** @param {number} seconds how much later than elsewhere everything is shown */
  delay(seconds) {
    this._delay = seconds * 1000;
    this._soon(0);
  }

  /** @param {boolean} frozen */
  freeze(frozen) {
    this._frozen = frozen;
    this._soon(0);
  }

  _due({ since }) {
    return since + this._delay;
  }

  /** What comes together is shown together; and in order: nobody overtakes the first in line. */
  _soon(wait) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._flow(), Math.min(wait, LONGEST_TIMER_MS));
  }

  _flow() {
    const due = this._frozen ? [] : this._takeDue();
    if (due.length) this._owner.show(due);
    this._owner.changed();
    const now = Date.now();
    const next = this._items.find((item) => this._due(item) > now);
    if (next) this._soon(this._due(next) - now);
  }

  _takeDue() {
    const now = Date.now();
    const first = this._items.findIndex((item) => this._due(item) > now);
    return this._items.splice(0, first < 0 ? this._items.length : first).map(({ element }) => element);
  }
}

/** A live message waits from now on, even if the clocks differ; one from the archive has waited already. */
function dated({ id, at, element }) {
  return { id, element, since: Date.now() - Math.max(0, serverNow() - at - CLOCK_TRUST_MS) };
}
