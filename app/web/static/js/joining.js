/** Joining a room and changing one's nickname. */

import { announce } from "./announce.js";
import { busy, showErrors } from "./fields.js";
import { call } from "./http.js";
import { device } from "./keep.js";
import { _ } from "./words.js";

const NICKNAME = "parley.nickname";

/**
 * @param {HTMLFormElement} form
 * @param {string} api
 * @param {(participant: import("./boot.js").Participant, token: string) => void} joined
 */
export function joinForm(form, api, joined) {
  const nickname = form.elements.namedItem("nickname");
  nickname.value ||= device.read(NICKNAME, "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form, async () => {
      const body = { nickname: nickname.value };
      const password = form.elements.namedItem("password")?.value;
      if (password) body.password = password;
      const answer = await call("POST", `${api}/participants`, body);
      showErrors(form, answer);
      if (!answer.ok) return;
      device.write(NICKNAME, answer.data.participant.nickname);
      joined(answer.data.participant, answer.data.token);
    });
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} api
 * @param {{now: () => string, renamed: (participant: import("./boot.js").Participant) => void}} how
 */
export function renameDialog(dialog, api, { now, renamed }) {
  const form = dialog.querySelector("form");
  const nickname = form.elements.namedItem("nickname");
  for (const button of document.querySelectorAll("[data-rename]")) {
    button.addEventListener("click", () => {
      nickname.value = now();
      showErrors(form, null);
      dialog.showModal();
      nickname.select();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form, async () => {
      const answer = await call("PATCH", `${api}/participants/me`, { nickname: nickname.value });
      showErrors(form, answer);
      if (!answer.ok) return;
      device.write(NICKNAME, answer.data.participant.nickname);
      renamed(answer.data.participant);
      dialog.close();
      announce(_("You are now called %(nickname)s.", { nickname: answer.data.participant.nickname }));
    });
  });
}
