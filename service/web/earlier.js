// The conversations that this browser keeps, on the page that starts a new one.

import { timeOf } from "./conversation.js";
import { element } from "./dom.js";
import { count } from "./text.js";

/** List conversations ({id, turns}, newest first) in `section`; `forget(id)` drops one for good. */
export function showEarlier(section, conversations, forget) {
  const list = element("ul", { className: "earlier" }, conversations.map((one) => earlierItem(one, dropped)));
  section.querySelector("ul")?.remove();
  section.append(list);

  function dropped(id, item) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    forget(id);
    item.remove();
    section.hidden = list.childElementCount === 0;
    (next?.querySelector("button") ?? document.getElementById("question")).focus();
  }
}

function earlierItem({ id, turns }, dropped) {
  const title = turns[0].question;
  const when = timeOf(id).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
  const item = element("li", {},
    element("a", { href: "/", "data-conversation": id, dir: "auto" }, title),
    element("span", { className: "place" }, `${when} · ${count(turns.length, "question")}`));
  item.append(element("button", {
    type: "button", className: "tool", "aria-label": `Forget: ${title}`, onclick: () => dropped(id, item),
  }, "Forget"));
  return item;
}
