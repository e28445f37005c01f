// What of a text is in sight, and bringing a place of it there.

const FRAMES = 3; // after which what comes into sight has the height it keeps

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

  /** The block that is being read, and where on the screen it is; nothing of an empty text. */
  function inSight(leaves) {
    const block = leaves.top(body.getBoundingClientRect().top + body.clientHeight / 4);
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
  return { reveal, inSight, keep };
}
