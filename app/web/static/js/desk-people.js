/** Who is in the room, and what was decided about them. */

/** @param {import("./host.js").Desk} desk @returns {import("./host.js").Part} */
export function people(desk) {
  return {};
}
