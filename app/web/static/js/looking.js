/**
 * Looks at something once at a time, and once more if it may have changed meanwhile.
 * @param {() => Promise<void>} look never rejects
 */
export function looking(look) {
  let busy = false;
  let again = false;
  return async function lookNow() {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await look();
    }
    busy = false;
  };
}
