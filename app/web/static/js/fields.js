/** Shows what is wrong beside the field it is about, the same way the server does without JavaScript. */
export function showErrors(form, answer) {
  for (const place of form.querySelectorAll("[data-error]")) setError(form, place, "");
  if (!answer || answer.ok) return;
  let shown = false;
  for (const [field, words] of Object.entries(answer.fields)) {
    const place = form.querySelector(`[data-error="${CSS.escape(field)}"]`);
    if (!place) continue;
    setError(form, place, words);
    shown = true;
  }
  if (!shown) setError(form, form.querySelector('[data-error="form"]'), answer.words);
  form.querySelector('[aria-invalid="true"]')?.focus();
}

function setError(form, place, words) {
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
  const input = form.elements.namedItem(place.dataset.error);
  if (!(input instanceof HTMLElement)) return;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/**
 * What is being changed in a form stays while somebody else changes the same thing, and only that is sent.
 * @param {() => Record<string, unknown>} read what the fields say @param {(name: string, value: unknown) => void} write
 */
export function draft(read, write) {
  const filled = {};
  const isTouched = ([name, value]) => !same(value, filled[name]);
  const set = (now, names) => {
    for (const name of names) write(name, (filled[name] = now[name]));
  };
  return {
    fill: (now) => set(now, Object.keys(read())),
    /** Fills what nobody is changing here. */
    follow: (now) => set(now, Object.entries(read()).filter((entry) => !isTouched(entry)).map(([name]) => name)),
    changes: () => Object.fromEntries(Object.entries(read()).filter(isTouched)),
  };
}

/** Lists are the same in any order. */
const inOrder = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
const same = (one, other) => inOrder(one) === inOrder(other);

/** Chooses a value, also one that the list did not offer. @param {HTMLSelectElement} select @param {string|number} value */
export function choose(select, value) {
  const wanted = String(value);
  if (![...select.options].some((option) => option.value === wanted)) select.add(new Option(wanted, wanted));
  select.value = wanted;
}

/** While an answer is on its way the button cannot be pressed twice. */
export async function busy(form, act) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** A form that came back with something wrong is not below the edge of the screen. */
export function showFirstError() {
  document.querySelector(".field__error:not([hidden])")?.scrollIntoView({ block: "center" });
  document.querySelector('[aria-invalid="true"]')?.focus({ preventScroll: true });
}

/** Where one begins to type; not on a phone, where the keyboard would come up over half the page unasked. */
export function focusAtDesk(field) {
  const desk = matchMedia("(hover: hover) and (pointer: fine)").matches;
  if (!desk || document.activeElement !== document.body) return;
  field.focus({ preventScroll: true });
  field.select();
}
