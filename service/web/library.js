// The reading side: all documents at /documents, one of them at /documents/{id}, a place in it with #c=start-end.

import { ApiError, documents } from "./api.js";
import { documentLines, origin } from "./start.js";
import { byId, element, problem } from "./dom.js";
import { deleteDocument, documentInfo, readingStyle } from "./shelf.js";
import { addressOfPlace, count, spansIn } from "./text.js";
import { createUploads } from "./uploads.js";

const MOST_AT_A_GLANCE = 8; // documents; of more, some can be picked out

/**
 * Take over the reading side. `restrict` takes what is to be asked only. Gives `show()`, which shows the address, and
 * `add(files)`.
 */
export function createLibrary({ restrict }) {
  const root = byId("library");
  const style = readingStyle();
  const pane = element("div", { id: "reading" });
  const uploads = createUploads({ held: async () => (await documents()).map((entry) => entry.id), onAdded: refresh });
  const filter = element("input", { type: "search", autocomplete: "off", oninput: () => showList() });
  const met = element("span", { className: "place", role: "status" });
  const filtering = element("form", { className: "filters", role: "search", hidden: true, onsubmit: (event) => event.preventDefault() },
    element("label", {}, "Only documents with ", filter), met);
  const list = element("div");
  let all = []; // what is known of each document
  let picked = []; // those of them that are listed
  let reader = null; // once a document was opened
  let shown = null; // the id of the document that is read, "" for the list

  async function show() {
    await style;
    const [id, before] = [idIn(location.pathname), shown];
    const spans = spansIn(location.hash);
    document.body.classList.toggle("reading-one", id !== "");
    if (id !== "" && id === shown) return reader.go(spans);
    reader?.close();
    shown = id;
    return id === "" ? showAll(before) : showOne(id, spans);
  }

  // Who comes back from a document goes on in the list where it stands.
  async function showAll(before) {
    document.title = "Documents · Ibid";
    const heading = element("h2", { tabIndex: -1 }, "Documents");
    root.replaceChildren(heading, uploads.element, filtering, list);
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
    await refresh();
    if (before && shown === "") focusOn(before);
  }

  /** Have the focus on a document of the list, on the heading where it is not there. */
  function focusOn(id) {
    const link = list.querySelector(`a[href="${CSS.escape(addressOfPlace(id))}"]`);
    link?.scrollIntoView({ block: "center" });
    (link ?? root.querySelector("h2"))?.focus({ preventScroll: true });
  }

  async function refresh() {
    try {
      all = await documents();
      showList();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      list.replaceChildren(problem(error.message, refresh));
    }
  }

  function showList() {
    filtering.hidden = all.length <= MOST_AT_A_GLANCE;
    if (filtering.hidden) filter.value = "";
    const words = filter.value.toLowerCase().split(/\s+/);
    picked = all.filter((entry) => words.every((word) => `${entry.title} ${origin(entry)} ${entry.id}`.toLowerCase().includes(word)));
    met.textContent = filter.value ? `${picked.length} of ${count(all.length, "document")}` : "";
    const none = all.length > 0 ? "None has all of these words in its title, origin or date." : "There are no documents yet.";
    list.replaceChildren(picked.length > 0 ? element("ul", { className: "documents" }, picked.map(documentItem)) : element("p", {}, none));
  }

  function documentItem(entry) {
    const only = () => restrict({ document_ids: [entry.id], label: entry.title });
    return element("li", {}, documentLines(entry), element("p", { className: "tools" },
      element("button", { type: "button", className: "tool", onclick: only, "aria-label": `Ask only ${entry.title}` }, "Ask only this"),
      element("button", { type: "button", className: "tool", onclick: () => confirmDeletion(entry), "aria-label": `Delete ${entry.title}` }, "Delete…")));
  }

  function confirmDeletion(entry) {
    const said = element("p", { className: "problem", role: "alert", hidden: true });
    const yes = element("button", { type: "button", className: "quiet danger" }, "Delete it");
    const no = element("button", { type: "button", className: "quiet" }, "Keep it");
    const dialog = element("dialog", { className: "confirm", "aria-labelledby": "confirm-title" },
      element("h2", { id: "confirm-title" }, "Delete ", element("bdi", {}, entry.title), "?"),
      element("p", {}, "It can no longer be found, read or cited here. This cannot be undone; whoever has the file can add it again."),
      said, element("p", { className: "choice" }, no, yes));
    no.onclick = () => dialog.close();
    dialog.onclose = () => dialog.remove();
    yes.onclick = async () => {
      yes.disabled = true;
      try {
        await deleteDocument(entry.id);
        const next = neighbour(entry);
        dialog.close();
        await refresh();
        focusOn(next);
        uploads.say(`${entry.title} is deleted.`);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        said.textContent = error.message;
        said.hidden = yes.disabled = false;
      }
    };
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  }

  function neighbour(entry) {
    const at = picked.findIndex(({ id }) => id === entry.id);
    return (picked[at + 1] ?? picked[at - 1])?.id ?? "";
  }

  async function showOne(id, spans) {
    document.title = "Ibid";
    const heading = element("h2", { tabIndex: -1, dir: "auto" });
    const by = element("p", { className: "place", dir: "auto" });
    const head = element("header", { className: "reading-head", "aria-busy": "true" }, heading, by);
    root.replaceChildren(head, pane);
    const { createReader } = await import("./reader.js");
    if (shown !== id) return;
    reader ??= createReader({ root: pane, restrict, onPlace: (at) => history.pushState(null, "", addressOfPlace(shown, at)) });
    const text = reader.open({ documentId: id, title: "", spans });
    try {
      const info = await documentInfo(id);
      if (shown !== id) return;
      heading.textContent = info.title;
      by.textContent = origin(info);
      document.title = `${info.title.slice(0, 200)} · Ibid`;
      reader.entitle(info.title);
      heading.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      heading.textContent = "No such document"; // the reader says why
      by.replaceChildren(element("a", { href: "/documents" }, "All documents"));
    }
    head.removeAttribute("aria-busy");
    await text;
  }

  return { show, add: uploads.take };
}

function idIn(path) {
  const part = /^\/documents\/([^/]+)/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not encoded as it should be: there is no such document
  }
}
