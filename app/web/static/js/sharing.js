/** The phone's own share sheet, where there is one; everything else on the share dialog is plain HTML. */
export function sharing(title) {
  const button = document.querySelector("[data-share]");
  if (!button || !navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: title(), url: button.dataset.share }).catch(() => {}); // closing the sheet is no fault
  });
}
