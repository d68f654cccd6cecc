/**
 * Tabs as the pattern has it: one stop of the Tab key, arrows lead along and choose.
 * @param {HTMLElement} list
 * @param {(chosen: string) => void} show is told the id of the panel that is chosen
 * @returns {(panel: string) => void} chooses a panel by its id
 */
export function tabs(list, show) {
  const all = [...list.querySelectorAll("[role=tab]")];

  function choose(tab) {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).toggleAttribute("data-aside", each !== tab);
    }
    show(tab.getAttribute("aria-controls"));
  }

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = all.at(to % all.length);
    tab.focus();
    choose(tab);
  });

  return (panel) => choose(all.find((tab) => tab.getAttribute("aria-controls") === panel));
}
