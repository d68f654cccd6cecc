// Runs before the first paint, so that nobody is blinded by the wrong theme for a moment.
// A classic script on purpose: modules run too late.
(function () {
  "use strict";
  const root = document.documentElement;
  const key = root.dataset.themeKey || "parley.theme";
  root.classList.add("js");

  function kept() {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A browser that keeps nothing still switches for this page.
    }
  }

  function shown() {
    if (root.dataset.theme) return root.dataset.theme;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function show(theme) {
    root.dataset.theme = theme;
  }

  const theme = kept();
  if (theme === "light" || theme === "dark") show(theme);

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-theme-toggle]");
    if (!button) return;
    const next = shown() === "dark" ? "light" : "dark";
    show(next);
    keep(next);
  });
})();
