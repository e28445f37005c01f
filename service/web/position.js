// What of a text is in sight, and bringing a place of it there, or the next part of one.

import { element } from "./dom.js";

const FRAMES = 3; // after which what comes into sight has the height it keeps
const UNSEEN_MS = 100; // after which they are not waited for: a page in the background draws none

/** Look after `body`, in which a text scrolls; `moved()` is called when something else has come into sight. */
export function createPosition(body, moved) {
  let aimed = null; // where the text is being moved to

  // What is out of sight has no height of its own until it comes into sight, so the way there is looked at again.
  function move(aim, frames) {
    if (aim !== aimed || !aim.target.isConnected) return;
    const off = topOf(aim.target) - aim.top;
    if (Math.abs(off) > 1) body.scrollTop += off;
    if (frames > 0) requestAnimationFrame(() => move(aim, frames - 1));
  }

  function topOf(node) {
    return node.getBoundingClientRect().top - body.getBoundingClientRect().top;
  }

  /** Bring a block, or what is marked in it, to `top` of the view. */
  function reveal(block, isMarked, top = body.clientHeight / 5) {
    aimed = { target: (isMarked ? block.querySelector("mark") : null) ?? block, top };
    move(aimed, FRAMES);
    moved();
  }

  /** Kept when what was revealed is in its place and drawn; soon anyway where nothing is drawn, as out of sight. */
  function settled() {
    const drawn = (frames, done) => requestAnimationFrame(() => (frames > 0 ? drawn(frames - 1, done) : done()));
    return Promise.race([new Promise((done) => drawn(FRAMES, done)), new Promise((done) => setTimeout(done, UNSEEN_MS))]);
  }

  /** The block that is being read, and where on the screen it is; nothing of an empty text. */
  function inSight(leaves) {
    const line = Math.min(body.clientHeight / 4, body.scrollTop); // at the beginning one reads the first lines
    const block = leaves.top(body.getBoundingClientRect().top + line);
    return { block, top: block && topOf(block.element) };
  }

  /** Lay the text out anew by `change()`, which gives its leaves: who reads already, stays where they are. */
  function keep(change, before) {
    const { block, top } = body.scrollTop > 0 ? inSight(before) : {};
    const leaves = change();
    if (block) return reveal(leaves.blockAt(block.start).element, false, top);
    aimed = null;
    body.scrollTop = 0;
    return moved();
  }

  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    body.addEventListener(name, () => (aimed = null), { passive: true }); // who moves the text has the last word
  }
  let isWaiting = false;
  body.addEventListener("scroll", () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      moved();
    });
  }, { passive: true });
  return { reveal, settled, inSight, keep };
}

/**
 * The line that says how many parts a citation has, and goes from one to the next: one that is read over a page break
 * has two. `reveal(block)` brings a block into sight. Gives its `element` and `show(blocks, sentence)`.
 */
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
