/** The start page: make a room, join one, come back to one of yours. */

import { dialogs } from "./dialogs.js";
import { focusAtDesk, showFirstError } from "./fields.js";
import { makeForm } from "./making.js";
import { scanning } from "./scanning.js";
import { yourRooms } from "./yours.js";

const $ = (selector) => document.querySelector(selector);

dialogs();
makeForm($("[data-make]"));
showFirstError();
focusAtDesk($("#make-name"));
yourRooms($("[data-yours]"));
scanning($("[data-scan]"), $("#scan"));
