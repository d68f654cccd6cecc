/** The message that the host has pinned: above the list, for everybody. */

import { linked } from "./links.js";
import { showAuthor } from "./message.js";

export class Pinned {
  /** @param {HTMLElement} place */
  constructor(place) {
    this._place = place;
    this.id = place.dataset.messageId ?? "";
    this._more = place.querySelector("[data-pinned-more]");
    this._text = place.querySelector("[data-text]");
    this._more.addEventListener("click", () => this._open(this._more.getAttribute("aria-expanded") !== "true"));
    new ResizeObserver(() => this._measure()).observe(this._text);
    this._text.replaceChildren(linked(this._text.textContent));
  }

  /** @param {import("./boot.js").Message|null} message */
  show(message) {
    this.id = message?.id ?? "";
    this._place.hidden = !message;
    this._place.dataset.messageId = this.id;
    if (!message) return;
    this._place.dataset.participantId = message.participant_id ?? "";
    showAuthor(this._place, message.nickname, message.glyph, message.role ?? "");
    this._text.replaceChildren(linked(message.text));
    this._open(false);
    this._measure();
  }

  rename({ id, nickname, glyph }) {
    if (id === this._place.dataset.participantId) showAuthor(this._place, nickname, glyph);
  }

  _open(open) {
    this._more.setAttribute("aria-expanded", String(open));
  }

  /** A long one shows its beginning, and the rest on demand. */
  _measure() {
    const open = this._more.getAttribute("aria-expanded") === "true";
    this._more.hidden = !open && this._text.scrollHeight <= this._text.clientHeight + 1;
  }
}
