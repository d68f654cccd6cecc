/** A page that could not be made just now: asks again at a moment of its own, less and less often, and shows it once it can be. */

const FIRST_MS = 3_000;
const LONGEST_MS = 60_000;

let wait = FIRST_MS;

function later() {
  setTimeout(ask, wait * (1 + Math.random()));
  wait = Math.min(wait * 2, LONGEST_MS);
}

async function ask() {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer || answer.status === 503) later();
  else location.reload();
}

later();
