const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** How many characters a reader sees: a flag, a family or an accented letter counts once, as on the server. */
export function count(text) {
  if (!segmenter) return Array.from(text).length;
  let length = 0;
  for (const _ of segmenter.segment(text)) length += 1;
  return length;
}
