/** The messages on the wall: the newest at the bottom, all others move up for it without haste. */

import { showAuthor } from "./message.js";

const KEPT = 40;
/** How much of the wall one message may take before it is set in smaller letters. */
const MOST_OF_THE_WALL = 0.8;
const SMALLER = 0.88;
const SMALLEST = 0.3;
const MOVE = { duration: 600, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)", composite: /** @type {const} */ ("add") };

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Sets a text that is too long for its place in smaller letters.
 * @param {HTMLElement} element whose letters follow `--fit`
 * @param {number} height what it may take
 */
export function fit(element, height) {
  element.style.removeProperty("--fit");
  for (let size = SMALLER; height && element.offsetHeight > height && size > SMALLEST; size *= SMALLER) element.style.setProperty("--fit", size.toFixed(3));
}

export class Wall {
  /** @param {HTMLElement} list */
  constructor(list) {
    this._list = list;
    this._seen = { width: 0, height: 0 };
    new ResizeObserver(() => this.measure()).observe(list);
  }

  get empty() {
    return this._list.childElementCount === 0;
  }

  find(id) {
    return this._list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  /** @param {HTMLElement[]} elements in their order, newest last */
  add(elements) {
    const entering = elements.slice(-KEPT);
    for (const element of entering) enter(element);
    this._move(() => {
      this._list.append(...entering);
      for (const element of entering) this._fit(element);
    });
  }

  remove(id) {
    const element = this.find(id);
    if (element) this._move(() => element.remove());
  }

  /** @param {HTMLElement[]} elements everything there is to show */
  replace(elements) {
    this._list.replaceChildren(...elements.slice(-KEPT));
    this.measure(true);
  }

  rename({ id, nickname, glyph }) {
    for (const element of this._list.querySelectorAll(`[data-participant-id="${CSS.escape(id)}"]`)) showAuthor(element, nickname, glyph);
  }

  /** Letters or the wall have another size. */
  measure(always = false) {
    const { clientWidth: width, clientHeight: height } = this._list;
    if (always || width !== this._seen.width || height !== this._seen.height) for (const element of this._list.children) this._fit(element);
    this._seen = { width, height };
    this._list.scrollTop = this._list.scrollHeight;
  }

  _fit(element) {
    fit(element, this._list.clientHeight * MOST_OF_THE_WALL);
  }

  /** Whoever stays glides from where he stood to where he stands now. */
  _move(change) {
    const stayed = [...this._list.children];
    const before = stayed.map((element) => element.getBoundingClientRect().top);
    change();
    while (this._list.childElementCount > KEPT) this._list.firstElementChild.remove();
    this._list.scrollTop = this._list.scrollHeight;
    if (still.matches) return;
    stayed.forEach((element, place) => {
      const shift = element.isConnected ? before[place] - element.getBoundingClientRect().top : 0;
      if (shift) element.animate([{ transform: `translateY(${shift}px)` }, { transform: "none" }], MOVE);
    });
  }
}

function enter(element) {
  element.dataset.entering = "";
  element.addEventListener("animationend", () => delete element.dataset.entering, { once: true });
}
