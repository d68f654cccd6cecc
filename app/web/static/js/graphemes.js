const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** The first so many of them. */
function head(text, most) {
  const characters = segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : Array.from(text);
  return characters.slice(0, most).join("");
}

/** How many characters a reader sees: a flag, a family or an accented letter counts once, as on the server. */
export function count(text) {
  if (!segmenter) return Array.from(text).length;
  let length = 0;
  for (const _ of segmenter.segment(text)) length += 1;
  return length;
}

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
