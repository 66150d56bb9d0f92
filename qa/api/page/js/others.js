// Passages that were found for the question besides the one that answers it.

import { search } from "./api.js";
import { el } from "./dom.js";

const SHOWN = 5;
const LENGTH = 220; // characters of each

/** A list of passages; `show` is called with the one that somebody wants to see. */
export function otherPassages(asked, answer, show) {
  const list = el("ul", { "aria-live": "polite" });
  return el("details", {
    ontoggle: async (event) => {
      if (!event.target.open || list.childElementCount) return;
      list.append(el("li", { class: "quiet" }, "Looking…"));
      try {
        list.replaceChildren(...others(await found(asked), answer, show));
      } catch (error) {
        list.replaceChildren(el("li", { class: "failed" }, `${error.message}.`));
      }
    },
  }, el("summary", {}, "Other passages"), list);
}

async function found({ question, company, year, quarter, form }) {
  const told = Object.entries({ q: question, company, year, quarter, form, k: SHOWN + 1 }).filter(([, value]) => value != null);
  return (await search(Object.fromEntries(told))).hits;
}

function others(hits, answer, show) {
  const cited = new Set(answer.citations.map((c) => `${c.document} ${c.page}`));
  const left = hits.filter((hit) => !cited.has(`${hit.document} ${hit.page}`)).slice(0, SHOWN);
  return left.length ? left.map((hit) => passage(hit, show)) : [el("li", {}, "No others.")];
}

function passage(hit, show) {
  return el("li", {},
    el("button", { type: "button", class: "cite", onclick: () => show({ ...hit, box: null, quote: hit.text }) }, `${hit.title}, page\u00a0${hit.page}`),
    ` ${hit.text.slice(0, LENGTH)}${hit.text.length > LENGTH ? "…" : ""}`);
}
