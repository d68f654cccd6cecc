import { announce } from "./announce.js";
import { _ } from "./words.js";

/** Plain http has no clipboard API: there the old command still works. */
function copyTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

/** Every button with `data-copy` copies that text and says so. */
export function copyButtons(root = document) {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (!button) return;
    const done = await copy(button.dataset.copy);
    const label = button.querySelector("[data-copy-label]") ?? button;
    button.dataset.words ??= label.textContent;
    label.textContent = done ? _("Copied") : _("Please copy by hand");
    announce(label.textContent);
    clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = String(setTimeout(() => (label.textContent = button.dataset.words), 2000));
  });
}
