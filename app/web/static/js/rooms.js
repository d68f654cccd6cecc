/**
 * "Your rooms": remembered on this device only, never on the server, until their time is up.
 *
 * @typedef {{name: string, title: string, code: string, expires_at: string, host: boolean, seen_at: number}} Remembered
 */

import { device } from "./keep.js";
import { serverNow } from "./times.js";

const KEY = "parley.rooms";
const KEPT = 20;

/** @returns {Remembered[]} newest first */
export function remembered() {
  return device.read(KEY, []).filter((room) => Date.parse(room.expires_at) > serverNow());
}

/** @param {import("./boot.js").Room} room */
export function remember(room, host) {
  const others = remembered().filter((other) => other.name !== room.name);
  const { name, title, code, expires_at } = room;
  device.write(KEY, [{ name, title, code, expires_at, host, seen_at: Date.now() }, ...others].slice(0, KEPT));
}

export function forget(name) {
  const left = remembered().filter((room) => room.name !== name);
  device.write(KEY, left.length ? left : null);
}
