/** The room's password at the desk: a new one, or none any more. */

import { confirmed } from "./dialogs.js";
import { busy, showErrors } from "./fields.js";
import { call } from "./http.js";
import { _ } from "./words.js";

/**
 * @param {import("./host.js").Desk} desk
 * @returns {() => void} shows anew whether there is one
 */
export function password(desk) {
  const form = document.querySelector("[data-password]");
  const field = form.elements.namedItem("password");
  const taking = form.querySelector("[data-password-remove]");
  form.addEventListener("submit", set);
  taking.addEventListener("click", take);
  return show;

  function show() {
    const { password: has } = desk.room();
    form.querySelector("[data-password-now]").textContent = has ? _("The room has one.") : _("The room has none.");
    form.querySelector("[data-password-set]").textContent = has ? _("Change it") : _("Set it");
    taking.hidden = !has;
  }

  function set(event) {
    event.preventDefault();
    const wanted = field.value;
    if (!wanted.trim()) return showErrors(form, { ok: false, fields: { password: _("Write the new password first.") } });
    busy(form, async () => {
      const sure = await confirmed({
        question: _("Put everybody out?"),
        detail: _("Whoever is in the room has to enter the new password before reading or writing goes on. Only you and your helpers stay."),
        yes: _("Yes, new password"),
      });
      if (sure && (await keep(wanted))) desk.said(_("Saved. Tell the password to those who may come in."));
    });
  }

  async function take() {
    if (!(await keep(null))) return;
    field.focus();
    desk.said(_("The password is gone. Whoever has the link may come in."));
  }

  async function keep(wanted) {
    const answer = await call("PATCH", desk.api, { password: wanted });
    showErrors(form, answer);
    if (!answer.ok) return false;
    field.value = "";
    desk.changed(answer.data.room);
    return true;
  }
}
