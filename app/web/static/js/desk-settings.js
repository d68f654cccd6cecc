/** The room's settings at the desk. */

import { password } from "./desk-password.js";
import { busy, choose, showErrors } from "./fields.js";
import { call } from "./http.js";
import { serverNow } from "./times.js";
import { _ } from "./words.js";

/** No room ends sooner from now. */
const LIFE_MIN_SECONDS = 60;

/** @param {import("./host.js").Desk} desk */
export function settings(desk) {
  const form = document.querySelector("[data-settings]");
  form.addEventListener("submit", save);
  const showPassword = password(desk);

  return {
    /** What is being typed is not written over. */
    room() {
      if (!form.contains(document.activeElement)) fill();
      showPassword();
    },
  };

  function save(event) {
    event.preventDefault();
    busy(form, async () => {
      const wanted = changes();
      const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, desk.room()[name] ?? (name === "slow_mode" ? 0 : "")]));
      const ends = Date.parse(desk.room().expires_at);
      const answer = await call("PATCH", desk.api, wanted);
      showErrors(form, answer);
      if (!answer.ok) return;
      desk.changed(answer.data.room);
      fill();
      if (Object.keys(wanted).length) desk.did(_("Saved. Everyone in the room sees it now."), () => takeBack(before, ends));
    });
  }

  async function takeBack(before, ends) {
    const left = Math.max(LIFE_MIN_SECONDS, Math.round((ends - serverNow()) / 1_000));
    const answer = await desk.ask("PATCH", "", "ttl" in before ? { ...before, ttl: left } : before);
    if (!answer.ok) return;
    desk.changed(answer.data.room);
    fill();
  }

  /** Only what is different is sent. */
  function changes() {
    const field = (name) => form.elements.namedItem(name);
    const wanted = {
      title: field("title").value.trim(),
      rules: field("rules").value.trim(),
      moderation: field("moderation").checked ? "before" : "after",
      slow_mode: Number(field("slow_mode").value) || 0,
      max_length: Number(field("max_length").value),
      door: field("door").checked ? "knock" : "open",
      guests: field("guests").checked ? "read" : "write",
    };
    const changed = {};
    for (const [name, value] of Object.entries(wanted)) if (value !== (desk.room()[name] ?? (name === "slow_mode" ? 0 : ""))) changed[name] = value;
    if (field("ttl").value) changed.ttl = field("ttl").value;
    return changed;
  }

  function fill() {
    const field = (name) => form.elements.namedItem(name);
    field("title").value = desk.room().title ?? "";
    field("rules").value = desk.room().rules ?? "";
    field("moderation").checked = desk.room().moderation === "before";
    field("slow_mode").value = String(desk.room().slow_mode || 0);
    choose(field("max_length"), desk.room().max_length);
    field("door").checked = desk.room().door === "knock";
    field("guests").checked = desk.room().guests === "read";
    field("ttl").value = "";
  }
}
