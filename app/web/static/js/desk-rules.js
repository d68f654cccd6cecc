/** The rules of the room: what is looked at before a message is shown, and what other rules would have done. */

import { busy, choose, showErrors } from "./fields.js";
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
  let touched = false;

  form.addEventListener("submit", save);
  form.addEventListener("input", () => {
    touched = true;
    rehearsal.forget();
  });
  fill();

  return {
    /** What is being chosen is not written over. */
    room({ safety }) {
      ownWords = safety.own_words ?? ownWords;
      if (!touched) fill();
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

  function fill() {
    const now = current();
    for (const name of CHOICES) field(name).value = now[name];
    for (const name of LISTS) field(name).value = now[name].join("\n");
    for (const name of HELD) field(name).checked = now[name] === "hold";
    for (const box of languages()) box.checked = now.word_languages.includes(box.value);
    choose(field("new_device_minutes"), now.new_device_minutes);
  }

  function save(event) {
    event.preventDefault();
    busy(form, async () => {
      const was = current();
      const changed = Object.entries(wanted()).filter(([name, value]) => !same(value, was[name]));
      if (changed.length && !(await keep(Object.fromEntries(changed)))) return;
      touched = false;
      fill();
      if (!changed.length) return desk.said(_("These rules hold already."));
      desk.did(_("These rules hold from the next message on."), () => keep(Object.fromEntries(changed.map(([name]) => [name, was[name]]))));
    });
  }

  async function keep(safety) {
    const answer = await call("PATCH", desk.api, { safety });
    showErrors(form, answer);
    if (answer.ok) {
      touched = false;
      desk.changed(answer.data.room);
    }
    return answer.ok;
  }
}

const inOrder = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
const same = (one, other) => inOrder(one) === inOrder(other);
