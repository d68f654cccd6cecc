const ADDRESS = /\bhttps?:\/\/[^\s<>"'“”‘’`«»、。，！？：；（）「」『』【】]+/giu;
const TRAILING = /[.,;:!?…)\]}*_~]+$/u;
/** Letters of one writing: a name that mixes them may look like another's. */
const LATIN = /^[\p{Script=Latin}\p{M}\d.:-]+$/u;
const NOT_LATIN = /^[^\p{Script=Latin}]+$/u;

/** Closing brackets belong to an address that opened them, as in Wikipedia's. */
function trimmed(address) {
  let end = address.replace(TRAILING, "");
  const rest = address.slice(end.length);
  if (rest.startsWith(")") && end.includes("(") && !end.includes(")")) end += ")";
  return end;
}

function anchor(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if ((url.protocol !== "http:" && url.protocol !== "https:") || url.username || url.password) return null;
  const link = document.createElement("a");
  link.href = url.href;
  link.textContent = honest(address, url) ? address : url.href;
  if (url.hostname.includes("xn--")) link.title = url.hostname;
  link.dir = "ltr";
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  return link;
}

/** Whether the address looks like where it leads; if not, its ASCII form is shown. */
function honest(address, { hostname }) {
  if (!hostname.includes("xn--")) return true;
  const labels = address.replace(/^https?:\/\//i, "").split(/[/?#]/, 1)[0].split(".").slice(0, -1);
  return labels.every((label) => LATIN.test(label) || NOT_LATIN.test(label));
}

/**
 * Text as nodes, with its http and https addresses as links. Never as HTML: the text is a stranger's.
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function linked(text) {
  const nodes = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const link = anchor(address);
    if (!link) continue;
    nodes.append(text.slice(at, match.index), link);
    at = match.index + address.length;
  }
  nodes.append(text.slice(at));
  return nodes;
}
