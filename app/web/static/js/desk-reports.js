/** What people have reported. */

/** @param {import("./host.js").Desk} desk @returns {import("./host.js").Part} */
export function reports(desk) {
  return {};
}
