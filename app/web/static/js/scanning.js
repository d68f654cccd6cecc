/** Reads a room's link with the camera, where the browser can; elsewhere the phone's own camera app does the same. */

import { announce } from "./announce.js";
import { _ } from "./words.js";

const LOOK_MS = 150;
const REFUSED = {
  NotAllowedError: _("The camera is not allowed here. Allow it in the browser’s settings for this site, or type the code."),
  NotFoundError: _("This device has no camera. Type the code instead."),
  NotReadableError: _("Another program uses the camera. Close it, or type the code."),
};
const HOLD = _("Hold the room’s QR code in front of the camera.");
const STRANGE = _("That code does not lead to a room here.");
const FAILED = _("The camera cannot be used just now. Type the code instead.");

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLDialogElement} dialog
 */
export async function scanning(button, dialog) {
  if (!(await readsCodes())) return;
  const video = dialog.querySelector("[data-scan-picture]");
  const words = dialog.querySelector("[data-scan-words]");
  /** Which opening of the dialog this is: a camera that comes too late is shut at once. */
  let turn = 0;
  let camera = null;

  function say(text) {
    if (words.textContent !== text) words.textContent = text;
  }

  async function open() {
    const mine = ++turn;
    dialog.dataset.camera = "";
    say(HOLD);
    dialog.showModal();
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (mine !== turn) return shut(opened);
      camera = opened;
      video.srcObject = camera;
      video.play().catch(() => {}); // shut before it began
    } catch (error) {
      if (mine !== turn) return;
      dialog.dataset.camera = "none";
      return say(REFUSED[error.name] ?? FAILED);
    }
    await look(mine);
  }

  async function look(mine) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    while (mine === turn) {
      const codes = await detector.detect(video).catch(() => []); // no picture yet
      if (mine !== turn) return;
      const address = codes.map(({ rawValue }) => addressHere(rawValue, dialog.dataset.site)).find(Boolean);
      if (address) return go(address);
      if (codes.length) say(STRANGE);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  function go(address) {
    dialog.close();
    announce(_("Found. Opening the room."));
    location.assign(address);
  }

  function stop() {
    turn += 1;
    shut(camera);
    camera = video.srcObject = null;
  }

  button.addEventListener("click", open);
  dialog.addEventListener("close", stop);
  addEventListener("pagehide", () => dialog.close());
  document.addEventListener("visibilitychange", () => document.hidden && dialog.close());
  button.hidden = false;
}

/** A scanned text as an address of ours; null for whatever leads elsewhere. */
export function addressHere(text, site) {
  const url = URL.canParse(text) ? new URL(text) : null;
  const ours = url && /^https?:$/.test(url.protocol) && (url.host === location.host || url.host === site);
  // With the origin before it: a path may begin with two slashes, which would be another host's.
  return ours && url.pathname !== "/" ? location.origin + url.pathname + url.search : null;
}

async function readsCodes() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code");
}

function shut(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
