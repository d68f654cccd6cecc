/** A crowd that breaks in: everyone at the desk sees that the doors are half shut, and can open them again. */

import { call } from "./http.js";
import { looking } from "./looking.js";
import { clock, serverNow } from "./times.js";
import { _ } from "./words.js";

/** A day, the longest that a raid lasts, can be waited for at once. */
const A_MOMENT_MS = 50;

/** @param {import("./host.js").Desk} desk */
export function raid(desk) {
  const alert = document.querySelector("[data-raid]");
  const place = (name) => alert.querySelector(`[data-raid-${name}]`);
  const box = document.querySelector("[data-raid-box]");
  const calm = box?.querySelector("[data-raid-words]").textContent;
  let suspected = false;
  let timer = 0;

  for (const button of document.querySelectorAll("[data-raid-begin]")) button.addEventListener("click", begin);
  for (const button of document.querySelectorAll("[data-raid-end]")) button.addEventListener("click", end);
  place("leave").addEventListener("click", () => suspect(false));
  // What only those who moderate are told is in no event and no greeting.
  const look = looking(async () => {
    const { ok, data } = await call("GET", desk.api);
    if (ok) desk.changed({ ...data.room, raid: data.room.raid ?? null });
  });

  return {
    room: show,
    hello: look,
    event({ kind }) {
      if (kind === "room") look();
    },
    frames: {
      raid({ raid: now, suspected: perhaps }) {
        desk.changed({ raid: now });
        suspect(Boolean(perhaps));
      },
    },
  };

  function show({ raid: now }) {
    const left = now ? Date.parse(now.until) - serverNow() : 0;
    const on = left > 0;
    clearTimeout(timer);
    if (on) timer = setTimeout(() => show(desk.room()), left + A_MOMENT_MS);
    if (on) suspected = false;
    alert.hidden = !on && !suspected;
    alert.dataset.state = on ? "on" : "suspected";
    place("title").textContent = on ? _("The doors are half shut.") : _("A crowd seems to break in.");
    place("text").textContent = on
      ? _("Newcomers wait for you, links are blocked, everybody writes slowly: until %(time)s. The room is not told.", { time: clock(now.until) })
      : _("Many come, or much has to be held, all at once. Shall newcomers wait for you, and links be blocked, for a while?");
    for (const one of [alert, box]) {
      one?.querySelector("[data-raid-begin]").toggleAttribute("hidden", on);
      one?.querySelector("[data-raid-end]").toggleAttribute("hidden", !on);
    }
    place("leave").hidden = on;
    if (box) box.querySelector("[data-raid-words]").textContent = on ? place("text").textContent : calm;
  }

  function suspect(now) {
    suspected = now;
    show(desk.room());
  }

  async function begin(event) {
    await change(event.currentTarget, "POST");
  }

  async function end(event) {
    await change(event.currentTarget, "DELETE");
  }

  /** The button that was pressed goes; whoever was at it with the keyboard goes on beside it. */
  async function change(button, method) {
    const parts = button.closest("[data-raid], [data-raid-box]");
    const answer = await desk.ask(method, "/raid", method === "POST" ? {} : undefined);
    if (!answer.ok) return;
    desk.changed(answer.data);
    if (parts.hidden) document.querySelector("[role=tab][aria-selected=true]").focus();
    else parts.querySelector(method === "POST" ? "[data-raid-end]" : "[data-raid-begin]").focus();
  }
}
