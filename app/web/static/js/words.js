/** What the page says, in its language: English stands in the scripts, and other languages are put in its place when they are sent. */

/** What is known only when it comes, in English: why a message is held or not shown. */
const reasons = {};
/** Which of the forms that a language has for numbers. */
const plural = (n) => Number(n !== 1);
const language = document.documentElement.lang || "en";
const plain = (code) => code.split("-")[0];

/** The page's language, in the reader's own variety of it, for dates and numbers. */
export const locale = navigator.languages?.find((code) => plain(code) === plain(language)) ?? language;

const filled = (text, values) => (values ? text.replace(/%\((\w+)\)[sd]/g, (whole, name) => values[name] ?? whole) : text);

/**
 * @param {string} text
 * @param {Object<string, string|number>} [values] for its `%(name)s`
 */
export const _ = (text, values) => filled(reasons[text] ?? text, values);

/**
 * The same for a text about a number, which is its `%(num)s`.
 * @param {string|string[]} one or all forms, where another language stands here
 */
export function ngettext(one, many, num, values) {
  const forms = Array.isArray(one) ? one : [one, many];
  return filled(forms[plural(num)], { num, ...values });
}
