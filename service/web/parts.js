// The line that says how many parts a citation has, and goes from one to the next: one that is read over a page break
// has two.

import { element } from "./dom.js";

/** The line. `reveal(block)` brings a block into sight. Gives its `element` and `show(blocks, sentence)`. */
export function createParts(reveal) {
  const words = element("span", { role: "status" });
  const next = element("button", { type: "button", className: "quiet", onclick: () => go(part + 1) }, "Next part");
  const line = element("p", { className: "reader-parts", hidden: true }, words, next);
  let blocks = [];
  let part = 0;

  function go(to) {
    part = to % blocks.length;
    if (blocks.length > 1) words.textContent = `Part ${part + 1} of ${blocks.length}`;
    reveal(blocks[part]);
  }

  return {
    element: line,
    /** Bring the first of these blocks into sight; `sentence` is what is to be said where there is none. */
    show: (found, sentence = "") => {
      blocks = found;
      words.textContent = sentence;
      line.hidden = blocks.length < 2 && sentence === "";
      next.hidden = blocks.length < 2;
      if (blocks.length > 0) go(0);
    },
  };
}
