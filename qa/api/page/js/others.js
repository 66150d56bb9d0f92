// Passages that were found for the question besides the one that answers it.

import { search } from "./api.js";
import { el } from "./dom.js";

const SHOWN = 5;
const LENGTH = 220; // characters of each

/** A list of passages; `show` is called with the one that somebody wants to see. */
export function otherPassages(asked, answer, show) {
  const list = el("ul", {});
  const fields = Object.fromEntries(Object.entries({ q: asked.question, company: asked.company, year: asked.year, k: SHOWN + 1 }).filter(([, value]) => value != null));
  return el("details", {
    ontoggle: async (event) => {
      if (!event.target.open || list.childElementCount) return;
      const { hits } = await search(fields);
      const cited = new Set(answer.citations.map((c) => `${c.document} ${c.page}`));
      const others = hits.filter((hit) => !cited.has(`${hit.document} ${hit.page}`)).slice(0, SHOWN);
      list.replaceChildren(...(others.length ? others.map((hit) => el("li", {},
        el("button", { type: "button", class: "cite", onclick: () => show({ ...hit, box: null, quote: hit.text }) }, `${hit.title}, page ${hit.page}`),
        ` ${hit.text.slice(0, LENGTH)}${hit.text.length > LENGTH ? "…" : ""}`)) : [el("li", {}, "No others.")]));
    },
  }, el("summary", {}, "Other passages"), list);
}
