const ADDRESS = /\bhttps?:\/\/[^\s<>"'“”‘’`]+/giu;
const TRAILING = /[.,;:!?…)\]}*_~]+$/u;

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
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  const link = document.createElement("a");
  link.href = url.href;
  link.textContent = address;
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  return link;
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
