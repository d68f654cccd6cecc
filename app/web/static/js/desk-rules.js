/** The rules of the room: what is looked at before a message is shown, and what other rules would have done. */

import { busy, choose, draft, showErrors } from "./fields.js";
import { call } from "./http.js";
import { rehearsing } from "./rehearsal.js";
import { _ } from "./words.js";

const LISTS = ["own_words", "allowed_sites"];
const CHOICES = ["links", "words", "raid"];
const HELD = ["flood", "repeats", "new_devices"];
const UNHELD = { flood: "off", repeats: "off", new_devices: "pass" };

/** @param {import("./host.js").Desk} desk */
export function rules(desk) {
  const form = document.querySelector("[data-rules]");
  const field = (name) => form.elements.namedItem(`safety.${name}`);
  const languages = () => [...form.querySelectorAll('[name="safety.word_languages"]')];
  const rehearsal = rehearsing(desk, form, wanted);
  /** An event does not tell the room's own words: those that were told last. */
  let ownWords = desk.room().safety.own_words;
  const fields = draft(wanted, write);

  form.addEventListener("submit", save);
  form.addEventListener("input", rehearsal.forget);
  fields.fill(current());

  return {
    room({ safety }) {
      ownWords = safety.own_words ?? ownWords;
      fields.follow(current());
    },
  };

  function current() {
    return { ...desk.room().safety, own_words: ownWords };
  }

  function wanted() {
    const lines = (name) => field(name).value.split("\n").map((line) => line.trim()).filter(Boolean);
    return {
      ...Object.fromEntries(CHOICES.map((name) => [name, field(name).value])),
      ...Object.fromEntries(LISTS.map((name) => [name, lines(name)])),
      ...Object.fromEntries(HELD.map((name) => [name, field(name).checked ? "hold" : UNHELD[name]])),
      word_languages: languages().filter((box) => box.checked).map((box) => box.value),
      new_device_minutes: Number(field("new_device_minutes").value),
    };
  }

  function write(name, value) {
    if (CHOICES.includes(name)) field(name).value = value;
    else if (LISTS.includes(name)) field(name).value = value.join("\n");
    else if (HELD.includes(name)) field(name).checked = value === "hold";
    else if (name === "word_languages") for (const box of languages()) box.checked = value.includes(box.value);
    else choose(field(name), value);
  }

  function save(event) {
    event.preventDefault();
    busy(form, async () => {
      const [changed, was] = [fields.changes(), current()];
      const names = Object.keys(changed);
      if (names.length && !(await keep(changed))) return;
      fields.fill(current());
      if (!names.length) return desk.said(_("These rules hold already."));
      desk.did(_("These rules hold from the next message on."), () => keep(Object.fromEntries(names.map((name) => [name, was[name]]))));
    });
  }

  async function keep(safety) {
    const answer = await call("PATCH", desk.api, { safety });
    showErrors(form, answer);
    if (answer.ok) desk.changed(answer.data.room);
    return answer.ok;
  }
}
