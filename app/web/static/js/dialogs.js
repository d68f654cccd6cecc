/** Opens and closes the page's dialogs: `data-open="id"` opens, `data-close` closes, a click outside closes. */
export function dialogs(root = document) {
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-open]");
    if (opener) {
      closeMenus();
      document.getElementById(opener.dataset.open)?.showModal();
      return;
    }
    if (target?.closest("[data-close]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement && outside(target, event)) target.close();
  });
}

function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.clientX + event.clientY > 0;
}

function closeMenus() {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
}

/**
 * A menu closes when one clicks elsewhere, chooses something or presses Escape, and gives the focus back: before what
 * was chosen happens, so that a dialog that opens now knows where to give it back to.
 */
export function menus() {
  document.addEventListener(
    "click",
    (event) => {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        const chosen = menu.contains(event.target) && event.target.closest("[data-menu] :is(a, button)");
        if (menu.contains(event.target) && !chosen) continue;
        menu.open = false;
        if (chosen) menu.querySelector("summary").focus();
      }
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/**
 * Asks before something that cannot be taken back.
 * @param {{question: string, detail: string, yes: string}} words
 * @returns {Promise<boolean>}
 */
export function confirmed({ question, detail, yes }) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-confirm-question]").textContent = question;
  dialog.querySelector("[data-confirm-detail]").textContent = detail;
  dialog.querySelector("[data-confirm-yes]").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
