/** The place to write: counts as the server counts, sends with Enter, keeps a draft while the tab lives. */

import { count, parts } from "./graphemes.js";
import { tab } from "./keep.js";
import { announce } from "./announce.js";
import { _, ngettext } from "./words.js";

const FEW_LEFT = 20;
/** More would be no talk any more. */
const MOST_PARTS = 10;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {{draftKey: string, maxLength: () => number, send: (text: string, question: boolean) => void}} how
   */
  constructor(form, { draftKey, maxLength, send }) {
    this.form = form;
    this.area = form.querySelector("textarea");
    this._button = form.querySelector("[data-send]");
    this._counter = form.querySelector("[data-counter]");
    this._over = form.querySelector("[data-over]");
    this._split = form.querySelector("[data-split]");
    this._ask = form.querySelector("[data-ask]");
    this._draftKey = draftKey;
    this._maxLength = maxLength;
    this._send = send;
    this._said = "";
    this.area.removeAttribute("maxlength"); // it counts otherwise than people do
    this.area.value ||= tab.read(draftKey, "");
    this._listen();
    this.refresh();
  }

  /** Shows count and height anew, for instance when the host changed the limit. */
  refresh() {
    const left = this._maxLength() - count(this.area.value.trim());
    this._counter.textContent = String(left);
    this._counter.dataset.level = left < 0 ? "over" : left < FEW_LEFT ? "few" : "";
    this._button.disabled = left < 0 || !this.area.value.trim();
    this._warn(left);
    this._offer(left);
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + 2}px`;
  }

  focus() {
    this.area.focus();
  }

  /** Puts words where one writes, with a space around them. */
  insert(words) {
    const before = this.area.value.slice(0, this.area.selectionStart);
    this.area.setRangeText(`${/\S$/.test(before) ? " " : ""}${words} `, this.area.selectionStart, this.area.selectionEnd, "end");
    this.focus();
    this._changed();
  }

  /** Nothing of what is too long is lost: it goes in parts, or one shortens it. */
  _offer(left) {
    this._over.hidden = left >= 0;
    if (left >= 0) return;
    const many = parts(this.area.value, this._maxLength()).length;
    this._over.firstElementChild.textContent = ngettext("%(num)s character too many.", "%(num)s characters too many.", -left);
    this._split.hidden = many > MOST_PARTS;
    this._split.textContent = ngettext("Send as %(num)s message", "Send as %(num)s messages", many);
  }

  _asks(asks) {
    this._ask.setAttribute("aria-pressed", String(asks));
    this.area.placeholder = asks ? _("Your question") : _("Your message");
  }

  _warn(left) {
    const level = this._counter.dataset.level;
    if (level && level !== this._said) announce(level === "over" ? _("Too long for one message.") : _("%(num)s characters left or fewer", { num: FEW_LEFT }));
    this._said = level;
  }

  _listen() {
    this.area.addEventListener("input", () => this._changed());
    this._ask.addEventListener("click", () => {
      this._asks(this._ask.getAttribute("aria-pressed") !== "true");
      this.focus();
    });
    this._split.addEventListener("click", () => this._submit(MOST_PARTS));
    this.area.addEventListener("keydown", (event) => {
      // While a Japanese or Chinese word is being composed, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._submit();
    });
  }

  _changed() {
    tab.write(this._draftKey, this.area.value || null);
    this.refresh();
  }

  _submit(most = 1) {
    const texts = parts(this.area.value, this._maxLength());
    if (!texts.length || texts.length > most) return;
    const asks = this._ask.getAttribute("aria-pressed") === "true";
    this.area.value = "";
    this._asks(false);
    this._changed();
    texts.forEach((text, at) => this._send(text, asks && at === texts.length - 1));
    this.focus();
  }
}
