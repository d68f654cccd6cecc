/** "@nickname" in a text calls whoever has it. */

const LETTER = "[\\p{L}\\p{N}_]";

let known = "";
let pattern = null;

/** @param {string} text @param {string} [nickname] */
export function calls(text, nickname) {
  if (!nickname || !text.includes("@")) return false;
  if (nickname !== known) {
    known = nickname;
    pattern = new RegExp(`(?:^|[^\\p{L}\\p{N}_@])@${nickname.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}(?!${LETTER})`, "iu");
  }
  return pattern.test(text);
}
