/** A free name's page: the form that makes it. */

import { focusAtDesk, showFirstError } from "./fields.js";
import { makeForm } from "./making.js";
import { forget } from "./rooms.js";

makeForm(document.querySelector("[data-make]"));
showFirstError();
focusAtDesk(document.querySelector("#make-title"));
forget(document.querySelector("[data-gone]").textContent); // if there was one of that name, it is over
