/** The links that make somebody a helper, and the host's own, for a room that is handed over. */

import { announce } from "./announce.js";
import { confirmed } from "./dialogs.js";
import { busy, showErrors } from "./fields.js";
import { call } from "./http.js";
import { remember } from "./rooms.js";
import { when } from "./standing.js";
import { _ } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** @param {import("./host.js").Desk} desk */
export function helpers(desk) {
  const list = $("[data-helpers-list]");
  const form = $("[data-helpers-form]");
  let handing = false;

  form.addEventListener("submit", make);
  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-revoke]");
    if (button) revoke(button.closest("li"));
  });
  $("[data-hand-over]").addEventListener("click", handOver);
  refresh();

  return {
    /** Whoever hands the room over has the new key already; for everybody else the desk is shut. */
    shut() {
      if (!handing) location.reload();
    },
  };

  async function refresh() {
    const answer = await call("GET", `${desk.api}/helpers`);
    if (answer.ok) list.replaceChildren(...answer.data.helpers.map(line));
  }

  function make(event) {
    event.preventDefault();
    const { label, ttl } = Object.fromEntries(new FormData(form));
    busy(form, async () => {
      const answer = await call("POST", `${desk.api}/helpers`, { ...(label.trim() && { label: label.trim() }), ...(ttl && { ttl }) });
      showErrors(form, answer);
      if (!answer.ok) return;
      list.append(line(answer.data.helper));
      form.reset();
      showMade("helper", answer.data);
    });
  }

  async function revoke(line) {
    const sure = await confirmed({
      question: _("Take this helper link back?"),
      detail: _("Whoever has it is no longer a helper, at once."),
      yes: _("Take back"),
    });
    if (!sure) return;
    const answer = await desk.ask("DELETE", `/helpers/${line.dataset.id}`);
    if (!answer.ok && answer.status !== 404) return;
    line.remove();
    announce(_("The helper link is taken back."));
    $("#helpers-title").focus();
  }

  async function handOver() {
    const sure = await confirmed({
      question: _("Make a new host link?"),
      detail: _("The old one stops working at once, on every other device. This browser stays the host’s."),
      yes: _("Make it"),
    });
    if (!sure) return;
    handing = true;
    const answer = await desk.ask("POST", "/host");
    if (!answer.ok) return void (handing = false);
    remember(desk.room(), true, answer.data.host_url);
    for (const copy of document.querySelectorAll(".desk__link [data-copy]")) copy.dataset.copy = answer.data.host_url;
    showMade("host", { url: answer.data.host_url, qr: answer.data.qr });
    const code = $("[data-host-qr]");
    if (code) code.src = answer.data.qr;
    desk.again();
    handing = false;
  }

  function showMade(what, { url, qr }) {
    const place = $(`[data-made="${what}"]`);
    place.querySelector("[data-made-url]").textContent = url;
    place.querySelector("[data-copy]").dataset.copy = url;
    place.querySelector("[data-made-qr]").src = qr;
    place.hidden = false;
    place.focus();
  }
}

function line({ id, label, expires_at: at }) {
  const element = document.getElementById("helper-line").content.firstElementChild.cloneNode(true);
  element.dataset.id = id;
  element.querySelector("[data-label]").textContent = label || _("Helper");
  element.querySelector("[data-until]").textContent = _("until %(when)s", { when: when(at) });
  return element;
}
