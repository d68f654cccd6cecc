/** A rehearsal: what the rules in the form would have done to what was said. Nothing is changed by it. */

import { showErrors } from "./fields.js";
import { call } from "./http.js";
import { _, ngettext } from "./words.js";

const OUTCOMES = { hold: _("would wait for you"), reject: _("would not be shown"), mask: _("would be shown like this") };
const NUMBERS = ["held", "rejected", "masked"];

/**
 * @param {import("./host.js").Desk} desk
 * @param {HTMLFormElement} form
 * @param {() => Object} wanted the rules to be tried
 * @returns {{forget: () => void}} to be told that the rules in the form are others now
 */
export function rehearsing(desk, form, wanted) {
  const button = form.querySelector("[data-rehearse]");
  const place = document.querySelector("[data-rehearsal]");
  const part = (name) => place.querySelector(`[data-rehearsal-${name}]`);
  let tried = 0;
  button.addEventListener("click", rehearse);

  return { forget };

  function forget() {
    tried += 1;
    place.hidden = true;
    button.removeAttribute("aria-disabled");
  }

  async function rehearse() {
    if (button.getAttribute("aria-disabled") === "true") return;
    forget();
    const mine = tried;
    begin();
    const answer = await call("POST", `${desk.api}/rehearsal`, wanted());
    if (mine !== tried) return;
    button.removeAttribute("aria-disabled");
    place.removeAttribute("aria-busy");
    place.hidden = !answer.ok;
    showErrors(form, { ...answer, fields: Object.fromEntries(Object.entries(answer.fields).map(([name, words]) => [`safety.${name}`, words])) });
    if (answer.ok) show(answer.data);
  }

  function begin() {
    button.setAttribute("aria-disabled", "true");
    part("numbers").hidden = true;
    part("examples").replaceChildren();
    part("sum").textContent = _("Reading what was said…");
    place.setAttribute("aria-busy", "true");
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  }

  function show(found) {
    const many = found.held + found.rejected + found.masked;
    part("sum").textContent = summary(found.looked_at, many);
    part("numbers").hidden = !many;
    for (const name of NUMBERS) place.querySelector(`[data-number="${name}"]`).textContent = String(found[name]);
    part("examples").replaceChildren(...found.examples.map(example));
    place.scrollIntoView({ block: "nearest" });
  }
}

function summary(all, many) {
  if (!all) return _("Nothing was said yet, so there is nothing to try them on.");
  if (!many) return ngettext("The last message would have been shown just so.", "All of the last %(num)s messages would have been shown just so.", all);
  return ngettext("%(num)s message of the last %(all)s would have fared otherwise.", "%(num)s messages of the last %(all)s would have fared otherwise.", many, { all });
}

function example({ text, outcome, reason }) {
  const line = document.getElementById("rehearsal-example").content.firstElementChild.cloneNode(true);
  const badge = line.querySelector("[data-outcome-words]");
  badge.textContent = OUTCOMES[outcome];
  badge.dataset.outcome = outcome;
  line.querySelector("[data-text]").textContent = text;
  line.querySelector("[data-why]").textContent = outcome === "mask" ? "" : _(reason);
  return line;
}
