const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** The first so many of them. */
export function head(text, most) {
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
