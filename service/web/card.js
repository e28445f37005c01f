// One card for the whole page: what stands behind a mark, shown while the pointer or the focus is on it.

import { byId, element } from "./dom.js";

const DELAY = 120; // milliseconds before it shows: a pointer that only passes by raises nothing
const GRACE = 200; // and before it goes, so that the pointer can move onto it
const GAP = 8; // pixels between it and what it belongs to, and the edge of the window

const card = element("div", { id: "card", className: "card", role: "tooltip", hidden: true });
let owner = null;
let timer = 0;

/** Show a card for `node` while it is hovered or focused; `content()` gives the card's children. */
export function attachCard(node, content) {
  const later = (event) => event.pointerType !== "touch" && after(DELAY, () => show(node, content()));
  node.addEventListener("pointerenter", later);
  node.addEventListener("pointerleave", () => after(GRACE, hide));
  node.addEventListener("focus", () => node.matches(":focus-visible") && show(node, content()));
  node.addEventListener("blur", hide);
}

/** Take the card away, as before what it belongs to goes. */
export function hide() {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  card.hidden = true;
}

function show(node, children) {
  hide();
  if (!node.isConnected) return;
  if (!card.isConnected) byId("asking").append(card);
  owner = node;
  card.replaceChildren(...children);
  card.hidden = false;
  node.setAttribute("aria-describedby", card.id);
  place(node.getBoundingClientRect(), card.getBoundingClientRect());
}

function place(at, { width, height }) {
  const left = Math.min(at.left, document.documentElement.clientWidth - width - GAP);
  const below = at.bottom + GAP + height <= window.innerHeight;
  card.style.left = `${Math.max(GAP, left)}px`;
  card.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`;
}

function after(milliseconds, act) {
  clearTimeout(timer);
  timer = setTimeout(act, milliseconds);
}

card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", () => after(GRACE, hide));
window.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || card.hidden) return;
  event.preventDefault(); // it closes the card alone, and not what lies under it
  hide();
}, { capture: true });
