/** A room that is over: this device forgets it, too. */

import "./pages.js";
import { forget } from "./rooms.js";

forget(document.querySelector("[data-gone]").textContent);
