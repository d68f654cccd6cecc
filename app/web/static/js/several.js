/** Many of one kind, some at a time: each is asked for on its own, and the first that fails is the last. */

const AT_ONCE = 6;

/**
 * @param {string[]} ids in the order in which they are begun
 * @param {(id: string) => Promise<boolean>} act says whether it is done
 * @param {number} [atOnce] 1 keeps the order
 * @returns {Promise<string[]>} those that are done
 */
export async function several(ids, act, atOnce = AT_ONCE) {
  const left = [...ids];
  const done = [];
  const one = async () => {
    for (let id = left.shift(); id; id = left.shift()) {
      if (await act(id)) done.push(id);
      else left.length = 0;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return done;
}
