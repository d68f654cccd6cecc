/** Ten seconds to think better of it: a bar that says what was done, and a button that takes it back. */

import { announce } from "./announce.js";
import { _ } from "./words.js";

const SECONDS = 10;

/**
 * One thing at a time can be taken back: the next one makes the one before final.
 * @param {HTMLElement} bar
 * @returns {{did: (words: string, undo: () => void) => void, soon: (words: string, act: () => void, undone: () => void) => void}}
 *   `did`: it is done, and `undo` does the opposite; `soon`: it cannot be taken back once it is done, so `act` is called when
 *   the time is up (or the page is left), unless it is `undone`
 */
export function undoing(bar) {
  const button = bar.querySelector("[data-undo-button]");
  const place = bar.querySelector("[data-undo-words]");
  const seconds = bar.querySelector("[data-undo-seconds]");
  let last = null;
  let timer = 0;
  /** Where the keyboard was. @type {Element|null} */
  let from = null;

  function begin(words, end, undo) {
    finish();
    last = { end, undo, left: SECONDS };
    from = document.activeElement;
    place.textContent = "";
    bar.hidden = false;
    // What is there already when it appears is not read out everywhere.
    requestAnimationFrame(() => (place.textContent = words));
    announce(_("You can take it back for 10 seconds."));
    seconds.textContent = String(SECONDS);
    timer = setInterval(tick, 1_000);
  }

  function tick() {
    if (bar.contains(document.activeElement)) return; // whoever is at the button has all the time he needs
    last.left -= 1;
    if (last.left === 0) return finish();
    seconds.textContent = String(last.left);
  }

  function hide() {
    clearInterval(timer);
    const here = bar.contains(document.activeElement);
    bar.hidden = true;
    if (here) (from?.isConnected ? from : document.querySelector('[role="tab"][aria-selected="true"]'))?.focus();
    const was = last;
    last = null;
    return was;
  }

  function finish() {
    hide()?.end();
  }

  function undo() {
    if (!last) return;
    hide().undo();
    announce(_("Taken back."));
  }

  button.addEventListener("click", undo);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (!typing && last && event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      undo();
    }
  });
  addEventListener("pagehide", finish);

  return {
    did: (words, undo) => begin(words, () => {}, undo),
    soon: (words, act, undone) => begin(words, act, undone),
  };
}
