/** What a reason says: one of a few kinds, or somebody's own words. */

import { _ } from "./words.js";

const KINDS = {
  rude: _("It is rude, or it hurts somebody."),
  private: _("It tells something private about somebody."),
  off_topic: _("It is about something else."),
  repeated: _("It has been said before."),
  spam: _("It is advertising."),
};

/** @param {string} reason */
export const reasonWords = (reason) => KINDS[reason] ?? reason;
