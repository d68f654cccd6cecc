/** What is looked at before a message is shown. */

/** @param {import("./host.js").Desk} desk @returns {import("./host.js").Part} */
export function rules(desk) {
  return {};
}
