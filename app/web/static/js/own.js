/** What is one's own on a page: who one is, one's messages until they are shown, and the sentences about both. */

import { announce } from "./announce.js";
import { showState } from "./message.js";
import { _ } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** A sentence above the composer; empty takes it away. */
export function notice(words) {
  $("[data-notice-words]").textContent = words;
  $("[data-notice]").hidden = !words;
}

export const closeNotice = () => $("[data-notice-close]").addEventListener("click", () => notice(""));

/** @param {import("./boot.js").Participant|null} you */
export function showMe(you) {
  for (const place of document.querySelectorAll("[data-you-nickname]")) place.textContent = you?.nickname ?? "";
  for (const place of document.querySelectorAll("[data-you-glyph]")) {
    place.textContent = you ? `${you.glyph.sign}\uFE0E` : "";
    place.dataset.colour = you?.glyph.colour ?? "";
  }
}

/** @param {import("./boot.js").Room} room */
export function showHint({ moderation, slow_mode: slow }) {
  const words = [];
  if (moderation === "before") words.push(_("The host reads each message first."));
  if (slow) words.push(_("Slow mode: one message every %(seconds)s s.", { seconds: slow }));
  $("[data-hint]").textContent = words.join(" ");
}

/** Whether one may vote; who may not is told what to do first. */
export function mayVote(you) {
  if (you) return true;
  notice(_("Choose a nickname first; then you can vote."));
  $("#join-nickname").focus();
  return false;
}

/** What became of one of mine, for those who do not see it. */
export function announceFate({ state }) {
  const said = { held: _("Your message is held until the host lets it through."), rejected: _("Your message was not shown."), failed: _("Your message was not sent.") };
  if (said[state]) announce(said[state]);
}

export class Own {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./log.js").Log} log
   * @param {import("./composer.js").Composer} composer
   * @param {import("./connection.js").Connection} connection
   * @param {string} path the room's page
   */
  constructor(outbox, log, composer, connection, path) {
    Object.assign(this, { _outbox: outbox, _log: log, _composer: composer, _connection: connection, _path: path, _caughtUpAt: null });
  }

  /** The room greets: it is going to show everything up to this seq. */
  greeted(lastSeq) {
    this._caughtUpAt = lastSeq;
    this._outbox.reopened();
    this.caughtUp();
  }

  /** Everything up to the greeting's last seq is on the screen: what is missing now was not shown. */
  caughtUp() {
    if (this._caughtUpAt === null || this._connection.last < this._caughtUpAt) return;
    this._caughtUpAt = null;
    this._outbox.caughtUp();
  }

  /** What the page shows with its number needs no sending any more. */
  dropShown() {
    for (const { id } of [...this._outbox.entries]) if (this._log.find(id)?.dataset.seq) this._outbox.drop(id);
  }

  /** It was shown while this page was away, and stands above what the page has loaded. */
  shownLongAgo(id) {
    const element = this._log.find(id);
    this._outbox.drop(id);
    if (element && !element.dataset.seq) showState(element, "delivered");
  }

  /** Under a message: retry, discard or another look for one of my own, a report of somebody else's. */
  asked(target, id) {
    if (target?.closest("[data-report]")) this._askHost(`report?message=${id}`);
    if (target?.closest("[data-appeal]")) this._askHost(`messages/${id}/appeal`).then((asked) => asked && this._outbox.appealed(id));
    if (target?.closest("[data-retry]")) this._outbox.retry(id);
    if (!target?.closest("[data-discard]")) return;
    this._outbox.drop(id);
    this._log.discard(id);
    this._composer.focus();
  }

  async _askHost(page) {
    const { ask } = (await import("./asking.js").catch(() => null)) ?? {};
    const asked = ask ? await ask(`${this._path}/${page}`) : null;
    if (asked === null) notice(_("The server cannot be reached. Please try again in a moment."));
    return asked;
  }
}
