/** Says a sentence to people who listen to the page (screen readers); nothing changes for the eye. */
export function announce(words) {
  const place = document.querySelector("[data-announce]");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => {
    place.textContent = words;
  });
}
