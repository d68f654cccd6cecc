/** Says in plain words what is wrong with the line, and what happens next. */

const SHOW_AFTER_MS = 900;

export class Banner {
  /** @param {HTMLElement} place */
  constructor(place) {
    this._place = place;
    this._words = place.querySelector("[data-banner-words]");
    this._seconds = place.querySelector("[data-banner-seconds]");
    this._tick = 0;
    this._soon = 0;
    this._wasOpen = false;
  }

  /** @param {import("./connection.js").State} state */
  show(state) {
    clearInterval(this._tick);
    if (state.name === "open") return this._opened();
    if (state.name === "connecting" || state.name === "waiting") return this._waiting(state);
    if (state.name === "offline") return this._say("You are offline. What you write is kept and sent when you are back.");
    this._hide();
  }

  _opened() {
    this._wasOpen = true;
    this._hide();
  }

  // A blink of the network that is over within a second is nobody's business.
  _waiting(state) {
    if (this._place.hidden) this._soon ||= setTimeout(() => this._lost(state), SHOW_AFTER_MS);
    else this._lost(state);
    this._state = state;
  }

  _lost() {
    clearInterval(this._tick);
    this._say(this._wasOpen ? "Connection lost. What you write is kept." : "Connecting…");
    const count = () => {
      const left = Math.ceil(((this._state.retryAt ?? 0) - Date.now()) / 1000);
      this._seconds.textContent = left > 0 ? `Trying again in ${left} s.` : this._wasOpen ? "Trying again…" : "";
    };
    count();
    this._tick = setInterval(count, 500);
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
  }

  _clearSoon() {
    clearTimeout(this._soon);
    this._soon = 0;
  }
}
