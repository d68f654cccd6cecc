import { _, locale, ngettext } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const longDayFormat = new Intl.DateTimeFormat(locale, { dateStyle: "full" });
const exactFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const shortFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

const skew = measureSkew();

/** School computers' clocks are often wrong; the page carries the server's time. */
function measureSkew() {
  const served = Date.parse(document.documentElement.dataset.now ?? "");
  const [page] = performance.getEntriesByType("navigation");
  const arrived = performance.timeOrigin + (page?.responseStart ?? 0);
  const difference = served - arrived;
  return Math.abs(difference) > 5_000 ? difference : 0;
}

/** The server's time now, in milliseconds. */
export const serverNow = () => Date.now() + skew;

export const clock = (at) => clockFormat.format(new Date(at));
export const exactTime = (at) => exactFormat.format(new Date(at));
export const fullTime = (at) => fullFormat.format(new Date(at));
export const dayKey = (at) => new Date(at).toDateString();

/** "Today", "Yesterday" or the day's name. */
export function dayName(at) {
  const now = Date.now();
  if (dayKey(at) === dayKey(now)) return _("Today");
  if (dayKey(at) === dayKey(now - DAY)) return _("Yesterday");
  return dayFormat.format(new Date(at));
}

/** The day's full name, for a page that is kept. */
export const dayInFull = (at) => longDayFormat.format(new Date(at));

/** A stretch of time as people say it: "3 days", "3 h 12 min", "12 min", "42 s". */
export function span(milliseconds) {
  const left = Math.max(0, milliseconds);
  if (left >= 2 * DAY) return ngettext("%(num)s day", "%(num)s days", Math.round(left / DAY));
  if (left >= HOUR) return _("%(hours)s h %(minutes)s min", { hours: Math.floor(left / HOUR), minutes: Math.floor((left % HOUR) / MINUTE) });
  if (left >= MINUTE) return _("%(minutes)s min", { minutes: Math.floor(left / MINUTE) });
  return _("%(seconds)s s", { seconds: Math.ceil(left / 1000) });
}

/** How long something took: "8 ms", "4.2 s", "3 min". */
export function tookWords(milliseconds) {
  const took = Math.max(0, milliseconds);
  if (took < 1000) return _("%(thousandths)s ms", { thousandths: Math.round(took) });
  return took < MINUTE ? _("%(seconds)s s", { seconds: tenths.format(took / 1000) }) : span(took);
}

/** How long a shown span stays true: until its smallest part changes. */
export function spanHolds(milliseconds) {
  if (milliseconds >= 2 * DAY) return Math.min(HOUR, milliseconds % DAY) + 50;
  if (milliseconds >= MINUTE) return (milliseconds % MINUTE) + 50;
  return (milliseconds % 1000) + 50;
}

/** Shows the server's UTC times in the reader's own. */
export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = time.getAttribute("datetime");
    if (Number.isNaN(Date.parse(at))) continue;
    const { form } = time.dataset;
    time.textContent = form === "full" ? fullTime(at) : form === "short" ? shortFormat.format(new Date(at)) : clock(at);
    time.title = fullTime(at);
  }
}
