/** What was done by those who moderate: the last first. */

import { deedLines } from "./deeds.js";
import { call } from "./http.js";
import { looking } from "./looking.js";
import { mark } from "./marks.js";
import { clock, dayKey, dayName } from "./times.js";

/** @param {import("./host.js").Desk} desk */
export function ledger(desk) {
  const place = document.querySelector("[data-ledger]");
  const more = document.querySelector("[data-ledger-more]");
  const lines = deedLines(desk, clock);
  let newest = 0;
  let oldest = Infinity;
  const refresh = looking(look);

  more.addEventListener("click", older);

  return {
    shown: refresh,
    hello: seen,
    event: seen,
    frames: { desk: seen, people: seen, raid: seen },
  };

  /** Something was done: who looks on sees it. */
  function seen() {
    if (place.checkVisibility()) refresh();
  }

  async function look() {
    const answer = await call("GET", `${desk.api}/ledger`);
    if (!answer.ok) return desk.said(answer.words);
    const { actions, has_more: hasMore } = answer.data;
    const fresh = actions.filter(({ number }) => number > newest);
    document.querySelector("[data-ledger-empty]").hidden = actions.length > 0;
    if (!fresh.length) return;
    const made = await lines(fresh);
    if (fresh.length === actions.length) begin(hasMore); // so much has been done that there may be a gap
    place.prepend(...made);
    newest = fresh[0].number;
    oldest = Math.min(oldest, fresh.at(-1).number);
    markDays();
  }

  function begin(hasMore) {
    place.replaceChildren();
    oldest = Infinity;
    more.hidden = !hasMore;
  }

  async function older() {
    const answer = await desk.ask("GET", `/ledger?before=${oldest}`);
    if (!answer.ok) return;
    const { actions, has_more: hasMore } = answer.data;
    const made = await lines(actions);
    place.append(...made);
    oldest = actions.at(-1)?.number ?? oldest;
    markDays();
    if (made.length && !hasMore) made[0].focus();
    more.hidden = !hasMore;
  }

  /** A line for each day, above what was done then. */
  function markDays() {
    for (const old of place.querySelectorAll("[data-day]")) old.remove();
    let day = null;
    for (const element of [...place.children]) {
      if (dayKey(element.dataset.at) !== day) {
        day = dayKey(element.dataset.at);
        const heading = mark("day", dayName(element.dataset.at));
        heading.dataset.day = day;
        element.before(heading);
      }
    }
  }
}
