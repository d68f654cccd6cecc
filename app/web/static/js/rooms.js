/**
 * "Your rooms": remembered on this device only, never on the server, until their time is up; with what makes
 * this device the host, for when the browser's cookies are gone.
 *
 * @typedef {{name: string, title: string, code: string, expires_at: string, host: boolean, token?: string|null,
 *   seen_at: number}} Remembered
 */

import { device } from "./keep.js";
import { serverNow } from "./times.js";

const KEY = "parley.rooms";
const KEPT = 20;

/** @returns {Remembered[]} newest first */
export function remembered() {
  return device.read(KEY, []).filter((room) => Date.parse(room.expires_at) > serverNow());
}

/**
 * @param {import("./boot.js").Room} room
 * @param {boolean} host
 * @param {string|null} [hostLink]
 */
export function remember(room, host, hostLink) {
  const before = remembered();
  const { name, title, code, expires_at } = room;
  const known = before.find((other) => other.name === name && other.code === code);
  const token = (hostLink && new URL(hostLink, location.href).searchParams.get("token")) || known?.token || null;
  const rooms = [{ name, title, code, expires_at, host: host || Boolean(token), token, seen_at: Date.now() }, ...before.filter((other) => other.name !== name)];
  // A room that was only visited makes way before one that nobody else can come back to as its host.
  while (rooms.length > KEPT) rooms.splice(rooms.findLastIndex((other) => !other.token), 1);
  device.write(KEY, rooms);
}

/** What has changed in a room while this device was away. */
export function refresh({ name, title, expires_at }) {
  device.write(KEY, remembered().map((room) => (room.name === name ? { ...room, title, expires_at } : room)));
}

export function forget(name) {
  const left = remembered().filter((room) => room.name !== name);
  device.write(KEY, left.length ? left : null);
}
