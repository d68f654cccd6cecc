/**
 * Does something at once, and, however often it is asked for meanwhile, once more when some time has passed.
 * @param {() => void} act
 * @param {number} pause in milliseconds
 * @returns {() => void}
 */
export function calmly(act, pause) {
  let timer = 0;
  let again = false;

  function over() {
    timer = 0;
    if (again) now();
  }

  function now() {
    again = false;
    timer = setTimeout(over, pause);
    act();
  }

  return () => {
    if (timer) again = true;
    else now();
  };
}
