/** Pages that only want what every page may have: copy buttons, dialogs, local times. */

import { copyButtons } from "./copy.js";
import { dialogs, menus } from "./dialogs.js";
import { localTimes } from "./times.js";

copyButtons();
dialogs();
menus();
localTimes(document);
document.querySelector("[data-print]")?.addEventListener("click", () => print());
