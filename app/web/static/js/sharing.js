/**
 * The share dialog: the phone's own share sheet, where there is one, and the room on other people's pages. The rest is plain HTML.
 * @param {() => string} title
 * @param {string} api
 * @returns {{show: (room: import("./boot.js").Room) => void}} to be told what the room allows
 */
export function sharing(title, api) {
  const button = document.querySelector("[data-share]");
  if (button && navigator.share) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ title: title(), url: button.dataset.share }).catch(() => {}); // closing the sheet is no fault
    });
  }
  /** Most rooms are on no other page: what that needs is fetched where it is of use. */
  let show = null;
  let last = null;
  if (document.querySelector("[data-embed]")) {
    import("./embedding.js").then(({ embedding }) => {
      show = embedding(api);
      if (last) show(last);
    });
  }
  return {
    show(room) {
      last = room;
      show?.(room);
    },
  };
}
