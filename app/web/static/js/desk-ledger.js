/** Who did what, when and why. */

/** @param {import("./host.js").Desk} desk @returns {import("./host.js").Part} */
export function ledger(desk) {
  return {};
}
