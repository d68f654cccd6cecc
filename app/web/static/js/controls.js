/** The projector's keys and buttons: each key has a button with the same name, and both do the same. */

import { dialogs } from "./dialogs.js";

const HIDE_TOOLS_MS = 3_000;
/** What the slide that covers the wall lets through. */
const ON_THE_SLIDE = new Set(["b", "f"]);

const $ = (selector) => document.querySelector(selector);

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {}); // not allowed in a frame: then not
}

/** The slide with the way into the room, over everything; what happens below it goes on. */
function blank() {
  const slide = $("[data-slide]");
  if (slide.open) slide.close();
  else slide.showModal();
}

function showKeys() {
  const keys = $("#keys");
  if (keys.open) keys.close();
  else keys.showModal();
}

/**
 * @param {{freeze: () => void, larger: () => void, smaller: () => void, delay: () => void}} wall
 */
export function controls(wall) {
  const acts = { freeze: wall.freeze, blank, delay: wall.delay, smaller: wall.smaller, larger: wall.larger, full: fullScreen, keys: showKeys };
  const keys = { " ": "freeze", b: "blank", n: "delay", "-": "smaller", "+": "larger", "=": "larger", f: "full", "?": "keys" };
  dialogs();
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = keys[key];
    if (!act || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === " " && event.target instanceof Element && event.target.closest("button, a, summary")) return;
    if ($("[data-slide]").open && !ON_THE_SLIDE.has(key)) return;
    event.preventDefault();
    if (act !== "keys") $("#keys").close();
    acts[act]();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-act]");
    if (!button) return;
    acts[button.dataset.act]();
    // After a click with the mouse the space bar freezes, and does not press the same button once more.
    if (event.detail > 0) document.activeElement?.blur();
  });
  hideTools();
}

/** The tools and the pointer leave the screen to the messages after a moment. */
function hideTools() {
  const root = document.documentElement;
  let timer = 0;
  const quiet = () => root.setAttribute("data-quiet", "");
  function wake() {
    root.removeAttribute("data-quiet");
    clearTimeout(timer);
    timer = setTimeout(quiet, HIDE_TOOLS_MS);
  }
  addEventListener("pointermove", wake, { passive: true });
  addEventListener("keydown", wake);
  // What is laid over a video begins without them.
  if (root.hasAttribute("data-transparent")) quiet();
  else wake();
}
