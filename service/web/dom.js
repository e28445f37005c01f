// Building elements. Everything that comes from outside becomes text, never markup.

/**
 * Make an element. Properties the element knows are set as properties, others (aria-*) as attributes;
 * children are nodes or strings (inserted as text), and null children are left out.
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

/** The element with this id; a missing one is a mistake in the page, said at once. */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no element #${id}`);
  return node;
}

/** What went wrong, in a sentence, and a button that tries it again. */
export function problem(sentence, again) {
  return element("div", { className: "problem", role: "alert" }, element("p", {}, sentence),
    element("button", { type: "button", className: "quiet", onclick: again }, "Try again"));
}

/** A link to a web address that reads `words`, or the bare words when it is not http or https. */
export function webLink(url, words = url) {
  if (!isWebAddress(url)) return words;
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

function isWebAddress(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
