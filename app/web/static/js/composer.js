/** The place to write: counts as the server counts, sends with Enter, keeps a draft while the tab lives. */

import { count } from "./graphemes.js";
import { tab } from "./keep.js";
import { announce } from "./announce.js";

const FEW_LEFT = 20;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {{draftKey: string, maxLength: () => number, send: (text: string) => void}} how
   */
  constructor(form, { draftKey, maxLength, send }) {
    this.form = form;
    this.area = form.querySelector("textarea");
    this._button = form.querySelector("[data-send]");
    this._counter = form.querySelector("[data-counter]");
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
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + 2}px`;
  }

  focus() {
    this.area.focus();
  }

  _warn(left) {
    const words = left < 0 ? `${-left} too many` : left < FEW_LEFT ? `${FEW_LEFT} characters left or fewer` : "";
    if (words && words !== this._said) announce(left < 0 ? `${words} characters` : words);
    this._said = words;
  }

  _listen() {
    this.area.addEventListener("input", () => {
      tab.write(this._draftKey, this.area.value || null);
      this.refresh();
    });
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

  _submit() {
    const text = this.area.value.trim();
    if (!text || count(text) > this._maxLength()) return;
    this.area.value = "";
    tab.write(this._draftKey, null);
    this.refresh();
    this._send(text);
    this.focus();
  }
}
