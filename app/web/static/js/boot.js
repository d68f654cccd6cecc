/**
 * What the server tells a page about itself, read once.
 *
 * @typedef {{colour: string, sign: string}} Glyph
 * @typedef {{id: string, nickname: string, glyph: Glyph, role?: string, muted_until?: string, waiting?: true}} Participant
 * @typedef {{name: string, title: string, rules: string|null, state: "open"|"paused"|"closed",
 *   created_at: string, expires_at: string, max_length: number, moderation: "after"|"before",
 *   slow_mode: number|null, code: string, present: number, last_seq: number,
 *   embed: {mode: "off"|"read"|"post", sites: string[]}, safety: Object, door: "open"|"knock", guests: "write"|"read",
 *   password?: boolean, raid?: {began: string, until: string}|null}} Room
 * @typedef {{id: string, text: string, nickname: string, glyph: Glyph, participant_id: string|null,
 *   source?: string|null, url?: string|null, seq?: number, at?: string}} Message
 * @typedef {{room: Room, you: Participant|null, is_host: boolean, moderates: boolean, last_seq: number, after: number,
 *   csrf: string, ws_url: string, api: string, limits: Object<string, number>,
 *   held?: {id: string, at: string, text: string, reason?: string, question?: true, appealed?: true}[]}} Boot
 */

/** @returns {Boot} */
export function readBoot() {
  return JSON.parse(document.getElementById("boot").textContent);
}

/** The API's path of a room, also where a boot block does not say it. */
export function apiOf(boot) {
  return boot.api ?? `/api/v1/rooms/${encodeURIComponent(boot.room.name)}`;
}

/** The socket's path of a room, also where a boot block does not say it. */
export function socketOf(boot) {
  return boot.ws_url ?? `/ws/rooms/${encodeURIComponent(boot.room.name)}`;
}
