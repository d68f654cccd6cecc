/**
 * Writing from a frame on somebody's page: a nickname, the composer, and what becomes of one's messages. Who one is
 * stands in this frame's own storage and goes along as a token; no cookie knows of it.
 */

import { announce } from "./announce.js";
import { Composer } from "./composer.js";
import { dialogs } from "./dialogs.js";
import { frame as asFrame } from "./http.js";
import { joinForm } from "./joining.js";
import { tab } from "./keep.js";
import { Outbox } from "./outbox.js";
import { Own, announceFate, closeNotice, mayVote, notice, showHint, showMe } from "./own.js";
import { trails } from "./trail.js";
import { Waits } from "./waits.js";
import { _ } from "./words.js";

const $ = (selector) => document.querySelector(selector);

export class Writing {
  /**
   * @param {{room: () => import("./boot.js").Room, over: () => boolean, where: {api: string, query: Object<string, string>},
   *   connection: import("./connection.js").Connection, log: import("./log.js").Log, banner: import("./banner.js").Banner,
   *   begin: () => void}} frame `begin` shows the room from its newest messages on
   */
  constructor({ room, over, where, connection, log, banner, begin }) {
    const { code } = room();
    this._keys = { me: `parley.embed.${code}`, outbox: `parley.embed.outbox.${code}`, draft: `parley.embed.draft.${code}` };
    Object.assign(this, { _room: room, _over: over, _query: where.query, _connection: connection, _log: log, _begin: begin, _why: "" });
    /** @type {import("./boot.js").Participant|null} */
    this.you = null;
    this._outbox = new Outbox(this._keys.outbox, where.api, connection, { changed: (entry) => this._changed(entry), unauthorized: () => this._forgetMe() });
    this._waits = new Waits(this._outbox, where.api, { open: () => connection.open, say: (words, seconds) => banner.waits(words, seconds), shown: (id) => this._own.shownLongAgo(id) });
    this._trail = trails(where.api);
    this._composer = new Composer($("[data-composer]"), { draftKey: this._keys.draft, maxLength: () => room().max_length, send: (text, question) => this._outbox.add(text, question) });
    this._own = new Own(this._outbox, log, this._composer, connection, `/${room().name}`);
    this._banner = banner;
    const kept = tab.read(this._keys.me);
    if (kept) this._iAm(kept.you, kept.token);
    joinForm($("[data-join]"), where.api, (you, token) => this._joined(you, token));
    dialogs();
    closeNotice();
    log.log.addEventListener("click", (event) => this._ownAsked(event));
    this.dropShown();
    if (this.you) for (const entry of this._outbox.entries) log.showOwn(entry, this.you);
    this._waits.look();
  }

  hello(you, lastSeq) {
    if (you) this._iAm(you, asFrame.token);
    this._own.greeted(lastSeq);
  }

  /** The room shows a message: if it is mine, it has arrived. */
  shown(id) {
    this._outbox.drop(id);
  }

  happened(event) {
    if (event.kind === "renamed" && event.participant?.id === this.you?.id) this._iAm(event.participant, asFrame.token);
    this._trail.changed(event.message?.id ?? event.id);
    this._own.caughtUp();
  }

  /** What the room answers to me alone. */
  answered(answer) {
    if (answer.id) {
      this._outbox.answered(answer);
      this._trail.changed(answer.id);
    } else if (answer.code === "unavailable") this._banner.trouble();
    else if (answer.type === "error" && answer.code !== "unauthorized") notice(answer.detail);
  }

  /** The room does not know my token any more, or would not have me: I read on as nobody. */
  refused() {
    if (!this.you) return notice(_("You cannot take part in this room any more."));
    this._forgetMe();
    if ($("[data-join]").dataset.locked === undefined) this._connection.start(this._connection.last);
  }

  /** What the page shows with its number needs no sending any more. */
  dropShown() {
    this._own.dropShown();
  }

  ended() {
    this._outbox.clear();
    for (const key of Object.values(this._keys)) tab.write(key, null);
  }

  /** Joining, writing, or neither, where a sentence says why. */
  show(why = this._why) {
    this._why = why;
    const shut = this._over() || this._room().state === "closed";
    $("[data-join]").hidden = Boolean(this.you) || shut;
    $("[data-composer]").hidden = !this.you || Boolean(why);
    showHint(this._room());
    this._composer.refresh();
  }

  mayVote() {
    return mayVote(this.you);
  }

  notice(words) {
    notice(words);
  }

  _joined(you, token) {
    this._iAm(you, token);
    if ($("[data-join]").dataset.locked === undefined) this._connection.restart();
    else this._begin();
    this._composer.focus();
    announce(_("You are in, as %(nickname)s.", you));
  }

  _iAm(you, token) {
    this.you = you;
    asFrame.token = token;
    this._query.token = token;
    tab.write(this._keys.me, { you, token });
    this._showMe();
  }

  _forgetMe() {
    this.you = null;
    asFrame.token = null;
    delete this._query.token;
    tab.write(this._keys.me, null);
    this._showMe();
  }

  _showMe() {
    this._log.claimOwn();
    $("[data-room]").toggleAttribute("data-joined", Boolean(this.you));
    showMe(this.you);
    this.show();
  }

  _changed(entry) {
    this._waits.look();
    if (!this.you) return;
    this._log.showOwn(entry, this.you);
    announceFate(entry);
  }

  /** What is under a message. */
  _ownAsked(event) {
    const target = event.target instanceof Element ? event.target : null;
    this._own.asked(target, target?.closest("[data-message-id]")?.dataset.messageId);
  }
}
