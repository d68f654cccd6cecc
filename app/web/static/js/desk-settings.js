/** The room's settings at the desk. */

import { password } from "./desk-password.js";
import { busy, choose, draft, showErrors } from "./fields.js";
import { call } from "./http.js";
import { serverNow } from "./times.js";
import { _ } from "./words.js";

/** No room ends sooner from now. */
const LIFE_MIN_SECONDS = 60;
/** What a setting is where its box is not checked, and where it is. */
const BOXES = { moderation: ["after", "before"], door: ["open", "knock"], guests: ["write", "read"] };

/** @param {import("./host.js").Desk} desk */
export function settings(desk) {
  const form = document.querySelector("[data-settings]");
  const field = (name) => form.elements.namedItem(name);
  const fields = draft(read, write);
  form.addEventListener("submit", save);
  const showPassword = password(desk);
  fields.fill(settingsOf(desk.room()));

  return {
    room() {
      fields.follow(settingsOf(desk.room()));
      showPassword();
    },
  };

  function save(event) {
    event.preventDefault();
    busy(form, async () => {
      const wanted = changes();
      const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, settingsOf(desk.room())[name]]));
      const ends = Date.parse(desk.room().expires_at);
      const answer = await call("PATCH", desk.api, wanted);
      showErrors(form, answer);
      if (!answer.ok) return;
      desk.changed(answer.data.room);
      fields.fill(settingsOf(desk.room()));
      field("ttl").value = "";
      if (Object.keys(wanted).length) desk.did(_("Saved. Everyone in the room sees it now."), () => takeBack(before, ends));
    });
  }

  async function takeBack(before, ends) {
    const left = Math.max(LIFE_MIN_SECONDS, Math.round((ends - serverNow()) / 1_000));
    const answer = await desk.ask("PATCH", "", "ttl" in before ? { ...before, ttl: left } : before);
    if (answer.ok) desk.changed(answer.data.room);
  }

  /** Only what is different is sent. */
  function changes() {
    return { ...fields.changes(), ...(field("ttl").value ? { ttl: field("ttl").value } : {}) };
  }

  function read() {
    return {
      title: field("title").value.trim(),
      rules: field("rules").value.trim(),
      slow_mode: Number(field("slow_mode").value),
      max_length: Number(field("max_length").value),
      ...Object.fromEntries(Object.entries(BOXES).map(([name, states]) => [name, states[Number(field(name).checked)]])),
    };
  }

  function write(name, value) {
    const input = field(name);
    if (name in BOXES) input.checked = value === BOXES[name][1];
    else if (input instanceof HTMLSelectElement) choose(input, value);
    else input.value = value;
  }
}

/** @param {import("./boot.js").Room} room */
function settingsOf({ title, rules, moderation, slow_mode, max_length, door, guests }) {
  return { title: title ?? "", rules: rules ?? "", moderation, slow_mode: slow_mode || 0, max_length, door, guests };
}
