import { serverNow, span, spanHolds } from "./times.js";
import { _ } from "./words.js";

/**
 * Everyone sees when the room will be forgotten.
 * @param {HTMLElement[]} places
 * @param {() => string} endsAt
 * @returns {() => void} shows it anew, for when the end has moved
 */
export function countdown(places, endsAt) {
  let timer = 0;
  function show() {
    clearTimeout(timer);
    const left = Date.parse(endsAt()) - serverNow();
    const words = left > 0 ? _("Forgotten in %(span)s", { span: span(left) }) : _("Time is up");
    for (const place of places) {
      place.textContent = words;
      place.toggleAttribute("data-soon", left < 5 * 60_000);
    }
    if (left > 0) timer = setTimeout(show, spanHolds(left));
  }
  show();
  document.addEventListener("visibilitychange", () => document.hidden || show());
  return show;
}
