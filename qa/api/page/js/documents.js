// The filings that are held: listed, added with live progress, deleted.

import { documents, remove, upload } from "./api.js";
import { byId, el, unbroken } from "./dom.js";
import { say } from "./status.js";

const STATES = { waiting: "waiting its turn", reading: "reading", embedding: "embedding", done: "added", failed: "failed" };

/** Shows the filings that are held, and gives them. */
export async function listed() {
  const { documents: found, total } = await documents();
  byId("documents-count").textContent = `(${total})`;
  for (const [list, name] of [["companies", "company"], ["kinds", "form"]]) {
    const known = [...new Set(found.map((each) => each[name]).filter(Boolean))].sort();
    byId(list).replaceChildren(...known.map((value) => el("option", { value })));
  }
  byId("documents").replaceChildren(...(found.length ? found.sort((a, b) => a.title.localeCompare(b.title)).map(row) : [
    el("li", { class: "quiet" }, "None yet. Add one above, or with financeqa ingest."),
  ]));
  return found;
}

function row(document) {
  return el("li", {},
    el("span", {}, ...unbroken(document.title), el("span", { class: "quiet" }, ` ${document.pages}\u00a0${document.pages === 1 ? "page" : "pages"}`)),
    el("button", { type: "button", class: "plain", "aria-label": `Delete ${document.title}`, onclick: () => deleted(document) }, "Delete"));
}

async function deleted(document) {
  if (!confirm(`Delete ${document.title} from the index?`)) return;
  try {
    await remove(document.id);
    await listed();
    say(`${document.title} is deleted.`);
    byId("documents-title").focus();
  } catch (error) {
    say(`${error.message}.`, true);
  }
}

/** Uploads what the form holds and shows how far it is. */
export async function add(form) {
  const name = form.file.files[0].name;
  const line = el("li", {}, name);
  byId("uploads").prepend(line);
  let state = null;
  try {
    const last = await upload(new FormData(form), (now) => {
      if (now.state !== state) line.replaceChildren(...progress(now));
      state = now.state;
      const bar = line.querySelector("progress");
      if (bar && now.to_embed) [bar.max, bar.value] = [now.to_embed, now.embedded];
    });
    form.reset();
    if (last.state === "done") await listed();
  } catch (error) {
    line.replaceChildren(el("span", { class: "failed" }, `${name}: ${error.message}`));
  }
}

function progress(now) {
  if (now.state === "failed") return [el("span", { class: "failed" }, `${now.name}: ${now.reason}`)];
  return [
    el("span", {}, ...unbroken(now.title ?? now.name), el("span", { class: "quiet" }, ` ${STATES[now.state]}`)),
    now.state === "done" ? "" : el("progress", { "aria-label": `${now.name} ${STATES[now.state]}` }),
  ];
}
