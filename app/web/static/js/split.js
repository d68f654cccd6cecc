/** A text that is too long for one message, as several. */

import { count, head } from "./graphemes.js";

/** Where one may break, best first: between lines, sentences, words; and how much must be before it. */
const BREAKS = [
  [0.5, /\n+/g],
  [0.5, /[.!?…]["'”’)]*\s+|[。！？]/g],
  [0, /\s+/g],
];

/**
 * @param {string} text
 * @param {number} most characters in each
 * @returns {string[]} all of the text but the space between them
 */
export function parts(text, most) {
  const found = [];
  let rest = text.trim();
  while (count(rest) > most) {
    const piece = rest.slice(0, place(rest, head(rest, most).length));
    if (piece.trim()) found.push(piece.trim());
    rest = rest.slice(piece.length).trimStart();
  }
  return rest ? [...found, rest] : found;
}

/** The last good place to break; a word is broken only if it must be. */
function place(text, end) {
  const within = text.slice(0, end + 1).replace(/\S$/u, ""); // a space just behind is a place, too
  for (const [least, pattern] of BREAKS) {
    const last = [...within.matchAll(pattern)].at(-1);
    if (last && last.index + last[0].length > end * least) return Math.min(end, last.index + last[0].length);
  }
  return end;
}
