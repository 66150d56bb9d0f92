// The filings that are held: listed, added with live progress, deleted.

import { documents, remove, upload } from "./api.js";
import { byId, el } from "./dom.js";

const STATES = { waiting: "waiting its turn", reading: "reading", embedding: "embedding", done: "done", failed: "failed" };

export async function listed() {
  const { documents: found, total } = await documents();
  byId("documents-count").textContent = `(${total})`;
  byId("companies").replaceChildren(...[...new Set(found.map((d) => d.company).filter(Boolean))].sort().map((name) => el("option", { value: name })));
  byId("documents").replaceChildren(...(found.length ? found.sort((a, b) => a.title.localeCompare(b.title)).map(row) : [
    el("li", { class: "quiet" }, "None yet. Add one above, or with financeqa ingest."),
  ]));
  return total;
}

function row(document) {
  return el("li", {},
    el("span", {}, document.title, el("span", { class: "quiet" }, ` ${document.pages} ${document.pages === 1 ? "page" : "pages"}`)),
    el("button", {
      type: "button", class: "plain", "aria-label": `Delete ${document.title}`,
      onclick: async () => {
        if (!confirm(`Delete ${document.title} from the index?`)) return;
        await remove(document.id);
        await listed();
      },
    }, "Delete"));
}

/** Uploads what the form holds and shows how far it is. */
export async function add(form) {
  const line = el("li", {}, form.file.files[0].name);
  byId("uploads").prepend(line);
  try {
    const last = await upload(new FormData(form), (now) => line.replaceChildren(...progress(now)));
    form.reset();
    if (last.state === "done") await listed();
  } catch (error) {
    line.replaceChildren(el("span", { class: "failed" }, `${line.textContent}: ${error.message}`));
  }
}

function progress(now) {
  if (now.state === "failed") return [el("span", { class: "failed" }, `${now.name}: ${now.reason}`)];
  const known = now.state === "embedding" && now.to_embed;
  return [
    el("span", {}, now.title ?? now.name, el("span", { class: "quiet" }, ` ${STATES[now.state]}`)),
    now.state === "done" ? "" : el("progress", { "aria-label": `${now.name} ${STATES[now.state]}`, max: known ? now.to_embed : null, value: known ? now.embedded : null }),
  ];
}
