/** The transcript: addresses as links, times and days as they were where the reader is. */

import { linked } from "./links.js";
import { dayInFull, dayKey } from "./times.js";
import "./pages.js";

for (const place of document.querySelectorAll("[data-text]")) {
  if (place.textContent.includes("://")) place.replaceChildren(linked(place.textContent));
}
localDays();

/** The server marks days in UTC; a lesson at half past midnight belongs to the reader's day. */
function localDays() {
  for (const mark of document.querySelectorAll("[data-day]")) mark.remove();
  let shown = null;
  for (const entry of document.querySelectorAll(".entry")) {
    const at = entry.querySelector("time").dateTime;
    if (dayKey(at) === shown) continue;
    shown = dayKey(at);
    const mark = document.createElement("li");
    mark.className = "transcript__day";
    mark.dataset.day = "";
    mark.textContent = dayInFull(at);
    entry.before(mark);
  }
}
