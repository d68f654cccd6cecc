/** What people have reported: it is shown until whoever moderates decides. */

import { announce } from "./announce.js";
import { sureToRemove } from "./hosting.js";
import { call } from "./http.js";
import { linked } from "./links.js";
import { looking } from "./looking.js";
import { showAuthor, showTime } from "./message.js";
import { reasonWords } from "./reasons.js";
import { clock } from "./times.js";
import { _, ngettext } from "./words.js";

const LOOK_AGAIN_MS = 5_000;

/** @param {import("./host.js").Desk} desk */
export function reports(desk) {
  const list = document.querySelector("[data-reports]");
  const empty = document.querySelector("[data-reports-empty]");
  const unreadable = document.querySelector("[data-reports-away]");
  /** Decided on, and perhaps still listed for a moment; or to be decided on in some seconds. */
  const decided = new Set();
  let away = false;
  let lookAgain = 0;
  const refresh = looking(look);

  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button");
    if (!button) return;
    const element = button.closest("[data-message-id]");
    if (button.matches("[data-report-remove]")) remove(element);
    else if (button.matches("[data-report-stay]")) letStay(element);
    else desk.open("people", element.dataset.participantId);
  });

  return {
    hello: refresh,
    shown: refresh,
    event(event) {
      if (event.kind === "removed" && find(event.id)) leave(find(event.id));
    },
    frames: {
      report({ id }) {
        decided.delete(id); // somebody says so once more
        refresh();
      },
      desk: refresh,
    },
  };

  async function look() {
    const answer = await call("GET", `${desk.api}/reports`);
    away = answer.status === 0 || answer.status === 503;
    if (answer.ok) show(answer.data.reports);
    showCount();
    clearTimeout(lookAgain);
    if (away) lookAgain = setTimeout(refresh, LOOK_AGAIN_MS * (1 + Math.random()));
  }

  /** The last reported stands first; what is there already stays where it is, so that nobody presses the wrong button. */
  function show(reported) {
    const wanted = new Map(reported.filter(({ id }) => !decided.has(id)).map((each) => [each.id, each]));
    for (const element of [...list.children]) if (!wanted.has(element.dataset.messageId)) leave(element);
    for (const each of [...wanted.values()].reverse()) {
      if (!find(each.id)) list.prepend(entry(each));
      tell(find(each.id), each);
    }
  }

  async function remove(element) {
    const id = element.dataset.messageId;
    if (!(await sureToRemove())) return;
    const answer = await desk.ask("DELETE", `/messages/${id}`);
    if (!answer.ok && answer.status !== 404) return;
    decided.add(id);
    leave(element);
    announce(_("The message is being removed."));
  }

  function letStay(element) {
    const id = element.dataset.messageId;
    decided.add(id);
    leave(element);
    desk.soon(_("The message stays."), async () => {
      const answer = await desk.ask("DELETE", `/reports/${id}`);
      if (!answer.ok && answer.status !== 404) comesBack(id);
    }, () => comesBack(id));
  }

  function comesBack(id) {
    decided.delete(id);
    refresh();
  }

  /** One goes; whoever was at it with the keyboard goes on at the next. */
  function leave(element) {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    const here = element.contains(document.activeElement);
    element.remove();
    showCount();
    if (here) (next?.querySelector("button") ?? document.getElementById("reports-title")).focus();
  }

  function find(id) {
    return list.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  function showCount() {
    const many = list.childElementCount;
    empty.hidden = many > 0 || away;
    unreadable.hidden = many > 0 || !away;
    desk.count("reports", many);
  }
}

function entry({ id, message }) {
  const element = document.getElementById("report-template").content.firstElementChild.cloneNode(true);
  element.dataset.messageId = id;
  element.dataset.participantId = message.participant_id ?? "";
  showAuthor(element, message.nickname, message.glyph, message.role ?? "");
  showTime(element, message.at);
  element.querySelector("[data-text]").replaceChildren(linked(message.text));
  element.querySelector("[data-report-person]").hidden = !message.participant_id;
  return element;
}

/** How many have said what about it. */
function tell(element, { reports: number, reasons, last_at: last, sealed }) {
  element.querySelector("[data-report-number]").textContent = ngettext("Reported by %(num)s person.", "Reported by %(num)s people.", number);
  element.querySelector("[data-report-last]").textContent = _("The last time at %(time)s.", { time: clock(last) });
  element.querySelector("[data-report-sealed]").hidden = !sealed;
  const lines = reasons.filter(({ reason }) => reason).map(({ reason, times }) => {
    const line = document.createElement("li");
    const words = document.createElement("bdi");
    words.textContent = reasonWords(reason);
    line.append(words, times > 1 ? ` × ${times}` : "");
    return line;
  });
  element.querySelector("[data-report-reasons]").replaceChildren(...lines);
}
