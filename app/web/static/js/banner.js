/** Says in plain words what is wrong with the line, or else what waits, and what happens next. */

import { _ } from "./words.js";

const SHOW_AFTER_MS = 900;
/** A house that lets one in and out again is not well yet. */
const TRUST_AFTER_MS = 2_500;

export class Banner {
  /**
   * @param {HTMLElement} place
   * @param {boolean} [writes] whether one can write here: then what was written is kept
   */
  constructor(place, writes = true) {
    this._place = place;
    this._writes = writes;
    this._words = place.querySelector("[data-banner-words]");
    this._seconds = place.querySelector("[data-banner-seconds]");
    this._tick = 0;
    this._soon = 0;
    this._wasOpen = false;
    this._calm = true;
    this._trust = 0;
    this._waits = ["", ""];
    this._trouble = false;
  }

  /** What waits although the line is open; nothing if nothing does. */
  waits(words, seconds = "") {
    this._waits = [words, seconds];
    if (this._calm) this._showWaits();
  }

  /** The house said that it cannot serve us now; until the line has held for a moment that stays true. */
  trouble() {
    this._trouble = true;
  }

  /** @param {import("./connection.js").State} state */
  show(state) {
    clearInterval(this._tick);
    clearTimeout(this._trust);
    if (state.name === "open") return this._opened();
    this._calm = false;
    if (state.name === "connecting" || state.name === "waiting") return this._waiting(state);
    if (state.name === "offline") return this._say(this._writes ? _("You are offline. What you write is kept and sent when you are back.") : _("You are offline."));
    this._calmDown();
  }

  _opened() {
    this._wasOpen = true;
    this._seconds.textContent = "";
    if (this._trouble) this._trust = setTimeout(() => this._calmDown(), TRUST_AFTER_MS);
    else this._calmDown();
  }

  _calmDown() {
    this._calm = true;
    this._trouble = false;
    this._showWaits();
  }

  _showWaits() {
    const [words, seconds] = this._waits;
    if (!words) return this._hide();
    this._say(words);
    this._seconds.textContent = seconds;
  }

  // A blink of the network that is over within a second is nobody's business.
  _waiting(state) {
    if (this._place.hidden) this._soon ||= setTimeout(() => this._lost(state), SHOW_AFTER_MS);
    else this._lost(state);
    this._state = state;
  }

  _lost() {
    clearInterval(this._tick);
    this._say(this._lostWords());
    const count = () => {
      const left = Math.ceil(((this._state.retryAt ?? 0) - Date.now()) / 1000);
      this._seconds.textContent = left > 0 ? _("Trying again in %(seconds)s s.", { seconds: left }) : this._wasOpen ? _("Trying again…") : "";
    };
    count();
    this._tick = setInterval(count, 500);
  }

  _lostWords() {
    if (!this._writes && this._wasOpen) return _("Connection lost.");
    if (this._trouble) return _("The room cannot bring messages just now. What you write is kept.");
    return this._wasOpen ? _("Connection lost. What you write is kept.") : _("Connecting…");
  }

  _say(words) {
    this._clearSoon();
    this._seconds.textContent = "";
    if (this._words.textContent !== words) this._words.textContent = words;
    this._place.hidden = false;
  }

  _hide() {
    this._clearSoon();
    this._place.hidden = true;
    this._words.textContent = "";
    this._seconds.textContent = "";
  }

  _clearSoon() {
    clearTimeout(this._soon);
    this._soon = 0;
  }
}
