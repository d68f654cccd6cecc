/** The transcript: addresses as links, times and days as they were where the reader is. */

import { dialogs, menus } from "./dialogs.js";
import { linked } from "./links.js";
import { dayInFull, dayKey, localTimes } from "./times.js";

/** Entries at a time, then whoever scrolls meanwhile comes first: a room may have a hundred thousand. */
const AT_ONCE = 500;

const lists = document.querySelectorAll(".transcript__list");
let day = null;

dialogs();
menus();
localTimes(document.querySelector(".transcript__head, .embed__head"));
document.querySelector("[data-print]")?.addEventListener("click", () => print());
// The server marks days in UTC; a lesson at half past midnight belongs to the reader's day.
for (const mark of document.querySelectorAll("[data-day]")) mark.remove();
const entries = [...document.querySelectorAll(".entry")];
while (entries.length) {
  entries.splice(0, AT_ONCE).forEach(show);
  await new Promise((done) => setTimeout(done));
}
lists.item(lists.length - 1).dataset.ready = "";

/** @param {HTMLElement} entry */
function show(entry) {
  const text = entry.querySelector("[data-text]");
  if (text.textContent.includes("://")) text.replaceChildren(linked(text.textContent));
  localTimes(entry);
  const at = entry.querySelector("time").dateTime;
  if (dayKey(at) === day) return;
  day = dayKey(at);
  const mark = document.createElement("li");
  mark.className = "transcript__day";
  mark.textContent = dayInFull(at);
  entry.before(mark);
}
