/** The form that makes a room: says while one types whether the name is free. */

import { call } from "./http.js";
import { _ } from "./words.js";

const PAUSE_MS = 350;

/** What the server will make of a name: the same address as in the link. */
export function addressOf(raw) {
  return raw
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim()
    .replace(/[\s_-]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** @param {HTMLFormElement} form */
export function makeForm(form) {
  const name = form.elements.namedItem("name");
  const place = form.querySelector("[data-availability]");
  const words = place.querySelector("[data-availability-words]");
  const instead = place.querySelector("[data-availability-join]");
  let timer = 0;
  let asking = null;

  function show(level, text, join = null) {
    place.dataset.level = level;
    words.textContent = text;
    instead.hidden = !join;
    if (join) instead.href = `/${join}`;
  }

  function free(wanted) {
    return wanted === name.value.trim() ? _("This name is free.") : _("This name is free. Its address is /%(name)s.", { name: wanted });
  }

  async function ask(wanted) {
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    const answer = await call("GET", `/api/v1/rooms/${encodeURIComponent(wanted)}`, undefined, mine.signal);
    if (mine.signal.aborted) return;
    if (answer.ok) show("taken", _("This name is taken."), wanted);
    else if (answer.status === 404 || answer.status === 410) show("free", free(wanted));
    else if (answer.status === 422 || answer.status === 400) show("taken", answer.words);
    else show("", "");
  }

  function changed() {
    clearTimeout(timer);
    asking?.abort();
    const wanted = addressOf(name.value);
    form.querySelector('[data-error="name"]').hidden = true;
    name.removeAttribute("aria-invalid");
    if (!wanted) return show("", "");
    timer = setTimeout(() => ask(wanted), PAUSE_MS);
  }

  name.addEventListener("input", changed);

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // one room is enough
    sent = true;
  });
  addEventListener("pageshow", () => (sent = false));
}
