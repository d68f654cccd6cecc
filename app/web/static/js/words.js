/** What the page says, in its language: English stands in the scripts, all else comes in one script of words before them. */

const { texts = {}, plural } = globalThis.parleyWords ?? {};
const language = document.documentElement.lang || "en";
const plain = (code) => code.split("-")[0];

/** The page's language, in the reader's own variety of it, for dates and numbers. */
export const locale = navigator.languages?.find((code) => plain(code) === plain(language)) ?? language;

const filled = (text, values) => (values ? text.replace(/%\((\w+)\)[sd]/g, (whole, name) => values[name] ?? whole) : text);

/**
 * @param {string} text in English
 * @param {Object<string, string|number>} [values] for its `%(name)s`
 */
export const _ = (text, values) => filled(texts[text] ?? text, values);

/** The same for a text about a number, which is its `%(num)s`. */
export function ngettext(one, many, num, values) {
  return filled(texts[one]?.[plural(num)] ?? (num === 1 ? one : many), { num, ...values });
}
