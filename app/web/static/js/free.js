/** A free name's page: the form that makes it. */

import { showFirstError } from "./fields.js";
import { makeForm } from "./making.js";

makeForm(document.querySelector("[data-make]"));
showFirstError();
