/**
 * The flight recorder: one message's way through the house, stage by stage, in a dialog.
 *
 * @typedef {{stage: string, at: string, outcome: string, task_id?: string, reason?: string}} Stage
 */

import { trailOf } from "./http.js";
import { exactTime, tookWords } from "./times.js";
import { _ } from "./words.js";

const STAGES = ["accepted", "moderated", "persisted", "delivered"];
const NAMES = { accepted: _("Accepted"), moderated: _("Checked"), persisted: _("Stored"), delivered: _("Delivered") };

const OUTCOMES = {
  accepted: { accepted: _("in safe hands") },
  moderated: { pass: _("let through"), hold: _("held for the host"), reject: _("turned away"), failed: _("could not be checked") },
  persisted: { shown: _("has its place in the room"), held: _("kept for the host"), rejected: _("not shown"), removed: _("removed"), failed: _("could not be stored") },
  delivered: { shown: _("on every screen"), rejected: _("the host said no"), failed: _("could not be shown") },
};
const BAD = new Set(["reject", "rejected", "failed", "removed"]);

/** What is said where the house says nothing, or cannot know. */
const NOT_YET = {
  sending: _("It has not reached the room yet. It is kept on this device and goes out by itself."),
  waiting: _("The room has not taken it yet. It is kept on this device and goes out by itself."),
  failed: _("It was not sent, so there is no trail. Retry or discard it."),
};
const REFUSED = {
  401: _("Only its author and the host may see this. Join the room again, then look once more."),
  403: _("Only its author and the host may see this. Join the room again, then look once more."),
  404: _("The room does not know this message any more: it was removed, or never accepted."),
  410: _("The room is over, and its trails are forgotten with it."),
};
const AWAY = _("The room cannot say just now. What was accepted is safe; look again in a moment.");

/** Whether nothing more will happen to a message. @param {Stage[]} stages */
export function finished(stages) {
  return stages.some(({ stage, outcome }) => stage === "delivered" || BAD.has(outcome));
}

/**
 * Opens on every `[data-trail]` in a message.
 * @param {string} api
 * @returns {{changed: (id: string) => void}} to be told when something has happened to a message
 */
export function trails(api) {
  const dialog = document.getElementById("trail");
  const place = (name) => dialog.querySelector(`[data-trail-${name}]`);
  let shown = null;

  async function look() {
    const message = shown;
    const local = NOT_YET[message.dataset.state];
    if (local) return say(local, []);
    place("again").hidden = true;
    const answer = await trailOf(api, message.dataset.messageId);
    if (shown !== message || !dialog.open) return;
    if (!answer.ok) return say(REFUSED[answer.status] ?? AWAY, null);
    say(summary(answer.data.stages), answer.data.stages);
  }

  /** No stages at all: what stands there stays, and one may look again. */
  function say(words, stages) {
    place("sum").textContent = words;
    place("again").hidden = Boolean(stages && (finished(stages) || !stages.length));
    if (stages) place("stages").replaceChildren(...lines(stages));
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-trail]");
    if (!button) return;
    shown = button.closest("[data-message-id]");
    place("text").textContent = shown.querySelector("[data-text]").textContent;
    place("sum").textContent = _("Looking…");
    place("stages").replaceChildren();
    dialog.showModal();
    look();
  });
  place("again").addEventListener("click", look);
  dialog.addEventListener("close", () => (shown = null));

  return {
    changed(id) {
      if (shown && shown.dataset.messageId === id) look();
    },
  };
}

/** @param {Stage[]} stages */
function summary(stages) {
  const first = stages.at(0);
  const last = stages.at(-1);
  if (!last) return _("Nothing was noted about this message.");
  const took = tookWords(Date.parse(last.at) - Date.parse(first.at));
  if (last.outcome === "failed") return _("It could not be delivered. The host can send it again.");
  if (last.stage === "delivered") return last.outcome === "shown" ? _("On every screen %(took)s after it was accepted.", { took }) : _("Turned away %(took)s after it was accepted.", { took });
  if (BAD.has(last.outcome)) return _("It is not shown.");
  if (last.outcome === "hold" || last.outcome === "held") return _("It waits for the host.");
  return _("It is safe, and on its way.");
}

function lines(stages) {
  const known = new Map(stages.map((stage) => [stage.stage, stage]));
  const over = !stages.length || finished(stages);
  let before = null;
  return STAGES.filter((name) => known.has(name) || !over).map((name) => {
    const line = document.getElementById("trail-stage").content.firstElementChild.cloneNode(true);
    const stage = known.get(name);
    line.querySelector("[data-stage-name]").textContent = NAMES[name];
    if (stage) fill(line, stage, before);
    else pending(line);
    before = stage ?? before;
    return line;
  });
}

function fill(line, { stage, at, outcome, task_id: task, reason }, before) {
  line.dataset.outcome = BAD.has(outcome) ? "bad" : outcome === "hold" || outcome === "held" ? "held" : "good";
  line.querySelector("[data-stage-outcome]").textContent = OUTCOMES[stage]?.[outcome] ?? outcome;
  const time = line.querySelector("[data-stage-at]");
  time.dateTime = at;
  time.textContent = exactTime(at);
  if (before) line.querySelector("[data-stage-took]").textContent = `+${tookWords(Date.parse(at) - Date.parse(before.at))}`;
  show(line.querySelector("[data-stage-reason]"), reason && reason !== before?.reason && _(reason));
  show(line.querySelector("[data-stage-task]"), task, "code");
}

function pending(line) {
  line.dataset.outcome = "pending";
  line.querySelector("[data-stage-outcome]").textContent = _("not yet");
}

function show(place, words, inside = null) {
  place.hidden = !words;
  (inside ? place.querySelector(inside) : place).textContent = words ?? "";
}
