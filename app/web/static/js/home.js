/** The start page: make a room, join one, come back to one of yours. */

import { showFirstError } from "./fields.js";
import { makeForm } from "./making.js";
import { forget, remembered } from "./rooms.js";
import { serverNow, span } from "./times.js";

makeForm(document.querySelector("[data-make]"));
showFirstError();
showRooms();
addEventListener("pageshow", (event) => event.persisted && showRooms());

function showRooms() {
  const rooms = remembered();
  const list = document.querySelector("[data-rooms]");
  if (!list) return;
  document.querySelector("[data-rooms-empty]").hidden = rooms.length > 0;
  list.hidden = rooms.length === 0;
  list.replaceChildren(...rooms.map(line));
}

function line(room) {
  const item = document.getElementById("room-line").content.firstElementChild.cloneNode(true);
  const link = item.querySelector("a");
  link.href = `/${encodeURIComponent(room.name)}`;
  item.querySelector("[data-line-title]").textContent = room.title || room.name;
  item.querySelector("[data-line-name]").textContent = `/${room.name}`;
  item.querySelector("[data-line-host]").hidden = !room.host;
  item.querySelector("[data-line-ends]").textContent = `forgotten in ${span(Date.parse(room.expires_at) - serverNow())}`;
  const button = item.querySelector("button");
  button.querySelector("[data-line-label]").textContent = `Take ${room.title || room.name} off this list`;
  button.addEventListener("click", () => {
    forget(room.name);
    showRooms();
    document.querySelector("[data-rooms] button, [data-make] input")?.focus();
  });
  return item;
}
