/** Asks the host to look at a message: the form of the page that does the same without scripts, in a dialog. */

import { busy, showErrors } from "./fields.js";
import { asWho, call } from "./http.js";

const WITHIN_MS = 15_000;

/** The part of a page that a dialog shows; nothing if it cannot be had now. */
async function partOf(page) {
  const { credentials, headers: who } = asWho();
  const headers = { Accept: "text/html", ...who };
  const answer = await fetch(page, { headers, credentials, cache: "no-store", signal: AbortSignal.timeout(WITHIN_MS) }).catch(() => null);
  const html = answer?.ok ? await answer.text().catch(() => "") : "";
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-asking]");
}

/**
 * @param {string} page where the form stands
 * @returns {Promise<boolean|null>} whether it is asked now, by this or before; null if the form cannot be had
 */
export async function ask(page) {
  const part = await partOf(page);
  if (!part) return null;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--small";
  dialog.setAttribute("aria-labelledby", "asking-title");
  dialog.append(part);
  document.body.append(dialog);
  const form = dialog.querySelector("form");
  let asked = !form;
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form, async () => {
      const words = new FormData(form);
      const said = String(words.get(form.dataset.field)).trim() || (words.get("kind") ?? "");
      const answer = await call("POST", form.dataset.call, { [form.dataset.field]: said });
      showErrors(form, answer);
      asked = answer.ok || answer.code === "already_appealed";
      if (answer.ok) thank(form);
    });
  });
  dialog.addEventListener("click", (event) => event.target instanceof Element && event.target.closest("a[data-close]") && event.preventDefault());
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  return asked;
}

function thank(form) {
  const thanks = form.querySelector("[data-thanks]").content.cloneNode(true);
  const first = thanks.firstElementChild;
  form.replaceWith(thanks);
  first.focus();
}
