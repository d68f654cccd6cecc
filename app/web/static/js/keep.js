// What this device remembers. Every access may fail (private windows, full or forbidden storage):
// then Parley simply forgets sooner.

/** @param {Storage} storage */
function keeper(storage) {
  return {
    /** @param {string} key @param {any} [otherwise] */
    read(key, otherwise = null) {
      try {
        return JSON.parse(storage().getItem(key)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    /** @param {string} key @param {any} value */
    write(key, value) {
      try {
        if (value === null || value === undefined) storage().removeItem(key);
        else storage().setItem(key, JSON.stringify(value));
      } catch {
        // Nothing to do: see above.
      }
    },
  };
}

/** Until the tab is closed. */
export const tab = keeper(() => sessionStorage);

/** Until the person clears the browser. */
export const device = keeper(() => localStorage);
