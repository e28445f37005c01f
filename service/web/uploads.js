// Adding documents: chosen or dropped, one after another, each with its progress.

import { ApiError } from "./api.js";
import { element } from "./dom.js";
import { upload } from "./shelf.js";
import { addressOfPlace, count } from "./text.js";

/**
 * The place to add documents. `held()` gives the ids of those that are there now, `onAdded()` is called after each. Gives
 * its `element`, `take(files)` and `say(sentence)`.
 */
export function createUploads({ held, onAdded }) {
  const field = element("input", { type: "file", id: "upload", accept: ".txt,.md,text/plain,text/markdown", multiple: true, className: "visually-hidden" });
  const drop = element("div", { className: "drop" }, field,
    element("label", { htmlFor: "upload", className: "quiet" }, "Choose files"),
    element("span", {}, " or drop them here: plain text (.txt) or Markdown (.md), in UTF-8"));
  const list = element("ul", { className: "uploads" });
  const said = element("p", { className: "visually-hidden", role: "status" });
  let earlier = Promise.resolve(); // one after another: the model reads one document at a time

  function take(files) {
    for (const file of files) {
      const line = uploadLine(file);
      list.append(line.element);
      earlier = earlier.then(() => put(file, line));
    }
  }

  async function put(file, line) {
    if (line.signal.aborted) return;
    try {
      const before = new Set(await held());
      const added = await upload(file, line.progress, line.signal);
      const isNew = !before.has(added.id);
      line.done(added, isNew);
      said.textContent = isNew ? `${added.title} is added.` : `${added.title} takes the place of the one before.`;
      await onAdded();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof ApiError)) throw error;
      line.failed(error.message, { again: () => take([file]), dismissed: () => field.focus() });
    }
  }

  field.addEventListener("change", () => {
    take(field.files);
    field.value = ""; // so that the same file can be chosen again
  });
  for (const name of ["dragover", "drop", "dragleave"]) {
    document.addEventListener(name, (event) => {
      if (!drop.isConnected || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // the browser would leave the page for the file
      drop.classList.toggle("is-over", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
  return {
    element: element("section", { "aria-label": "Add documents" }, drop, list, said),
    take,
    say: (sentence) => {
      said.textContent = sentence;
    },
  };
}

function uploadLine(file) {
  const stopping = new AbortController();
  const bar = element("progress", { "aria-label": `Progress of ${file.name}` });
  const words = element("span", { className: "place" }, "waiting");
  const stop = element("button", { type: "button", className: "tool", "aria-label": `Stop adding ${file.name}` }, "Stop");
  const line = element("li", {}, element("bdi", {}, file.name), bar, words, stop);
  stop.onclick = () => {
    stopping.abort();
    line.remove();
  };
  return {
    element: line,
    signal: stopping.signal,
    progress: ({ done, total }) => {
      if (total > 0) bar.max = total;
      if (total > 0) bar.value = done;
      words.textContent = total > 0 ? `${done} of ${count(total, "passage")}` : "reading";
    },
    done: (added, isNew) => {
      line.replaceChildren(element("a", { href: addressOfPlace(added.id), dir: "auto" }, added.title),
        element("span", { className: "place" }, `${isNew ? "added" : "replaced the one before"}: ${count(added.passages, "passage")}, ${count(added.footnotes, "footnote")}`));
    },
    failed: (sentence, { again, dismissed }) => {
      const gone = (then) => () => {
        line.remove();
        then();
      };
      line.replaceChildren(element("bdi", {}, file.name), element("p", { className: "problem", role: "alert" }, sentence),
        element("button", { type: "button", className: "tool", onclick: gone(again), "aria-label": `Try ${file.name} again` }, "Try again"),
        element("button", { type: "button", className: "tool", onclick: gone(dismissed), "aria-label": `Dismiss ${file.name}` }, "Dismiss"));
    },
  };
}
