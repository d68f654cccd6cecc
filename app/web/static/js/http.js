/**
 * Calls to the API: JSON in, JSON out, and a refusal in words.
 *
 * @typedef {{ok: boolean, status: number, data: any, code: string|null, words: string,
 *   fields: Object<string, string>, retryAfter: number|null}} Answer
 */

import { _ } from "./words.js";

const TIME_OUT_MS = 40_000;

/** In a frame on somebody's page no cookie goes out and none comes in: there one is known by the frame's own token, if at all. */
export const frame = { is: false, /** @type {string|null} */ token: null };

/** As whom a request goes out: in a frame as the one whose token it has, elsewhere as the one whom the cookies know. */
export const asWho = () => ({
  credentials: /** @type {RequestCredentials} */ (frame.is ? "omit" : "same-origin"),
  headers: frame.is && frame.token ? { Authorization: `Bearer ${frame.token}` } : {},
});

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 * @param {boolean} [keepalive] also if the page is left meanwhile
 * @returns {Promise<Answer>} never rejects: a network that is down is an answer with status 0
 */
export async function call(method, url, body, signal, keepalive = false) {
  const { credentials, headers: who } = asWho();
  const headers = { Accept: "application/json", ...who };
  if (method !== "GET" && !frame.is) headers["X-CSRF-Token"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), TIME_OUT_MS);
  signal?.addEventListener("abort", () => giveUp.abort(), { once: true });
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials,
      cache: "no-store",
      keepalive,
      signal: giveUp.signal,
    });
    return understand(response, await readJson(response));
  } catch {
    return { ok: false, status: 0, data: null, code: "unreachable", words: _("The server cannot be reached. Please try again in a moment."), fields: {}, retryAfter: null };
  } finally {
    clearTimeout(timer);
  }
}

/** How a message went. */
export const trailOf = (api, id) => call("GET", `${api}/messages/${id}/trail`);

async function readJson(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** @returns {Answer} */
function understand(response, data) {
  const fields = {};
  for (const error of data?.errors ?? []) fields[error.field] ??= error.message;
  const retry = Number(response.headers.get("Retry-After"));
  return {
    ok: response.ok,
    status: response.status,
    data,
    code: data?.code ?? null,
    words: response.ok ? "" : wordsOf(data, fields, response.status),
    fields,
    retryAfter: retry > 0 ? retry : null,
  };
}

function wordsOf(data, fields, status) {
  const first = Object.values(fields)[0];
  return first ?? data?.detail ?? data?.title ?? _("That did not work (%(status)s). Please try again.", { status });
}
