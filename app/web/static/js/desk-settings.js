/** The room's settings at the desk. */

import { busy, showErrors } from "./fields.js";
import { call } from "./http.js";
import { _ } from "./words.js";

/** @param {import("./host.js").Desk} desk */
export function settings(desk) {
  const form = document.querySelector("[data-settings]");
  form.addEventListener("submit", save);

  return {
    /** What is being typed is not written over. */
    room() {
      if (!form.contains(document.activeElement)) fill();
    },
  };

  function save(event) {
    event.preventDefault();
    busy(form, async () => {
      const answer = await call("PATCH", desk.api, changes());
      showErrors(form, answer);
      if (!answer.ok) return;
      desk.changed(answer.data.room);
      fill();
      desk.said(_("Saved. Everyone in the room sees it now."));
    });
  }

  /** Only what is different is sent. */
  function changes() {
    const field = (name) => form.elements.namedItem(name);
    const wanted = {
      title: field("title").value.trim(),
      rules: field("rules").value.trim(),
      moderation: field("moderation").checked ? "before" : "after",
      slow_mode: Number(field("slow_mode").value) || 0,
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
    field("ttl").value = "";
  }
}
