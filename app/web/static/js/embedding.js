/** The part of the share dialog about the room on other people's pages: the host's choice, and what to paste there. */

import { busy, showErrors } from "./fields.js";
import { call } from "./http.js";

const SAVED_MS = 4_000;

/**
 * @param {string} api
 * @returns {(room: import("./boot.js").Room) => void} shows what the room allows
 */
export function embedding(api) {
  const part = document.querySelector("[data-embed]");
  const form = part.querySelector("[data-embed-form]");
  /** What the form shows is the host's, not the room's, until it is saved. */
  let touched = false;

  function show({ embed }) {
    if (!embed) return;
    part.hidden = embed.mode === "off" && !form;
    part.querySelector("[data-embed-snippet]").hidden = embed.mode === "off";
    if (!form || touched) return;
    form.elements.namedItem("mode").value = embed.mode;
    form.elements.namedItem("embed.sites").value = embed.sites.join("\n");
  }

  async function save() {
    const lines = form.elements.namedItem("embed.sites").value.split("\n");
    const sites = lines.map((line) => line.trim()).filter(Boolean).map(origin);
    const answer = await call("PATCH", api, { embed: { mode: form.elements.namedItem("mode").value, sites } });
    showErrors(form, answer);
    if (!answer.ok) return;
    touched = false;
    show(answer.data.room);
    said(form.querySelector("[data-embed-saved]").dataset.words);
  }

  function said(words) {
    const place = form.querySelector("[data-embed-saved]");
    place.textContent = words;
    setTimeout(() => (place.textContent = ""), SAVED_MS);
  }

  form?.addEventListener("input", () => (touched = true));
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form, save);
  });
  return show;
}

/** The site of a page's address, as it is copied from a browser; what is none goes as it is, and is refused in words. */
function origin(line) {
  try {
    const { origin: found } = new URL(/^\w+:\/\//.test(line) ? line : `https://${line}`);
    return found === "null" ? line : found;
  } catch {
    return line;
  }
}
