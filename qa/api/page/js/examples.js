// What could be asked of the filings that are held, for those who come for the first time.

import { byId, el } from "./dom.js";

const SHOWN = 3;

/** Proposes a question for each of some companies; `again` is called with what is chosen. */
export function exampleQuestions(documents, again) {
  const latest = new Map();
  for (const { company, fiscal_year: year } of documents) {
    if (company && year > (latest.get(company) ?? 0)) latest.set(company, year);
  }
  const questions = [...latest].slice(0, SHOWN).map(([company, year]) => `What was ${company}'s net income in fiscal ${year}?`);
  byId("examples").hidden = !questions.length;
  byId("examples-list").replaceChildren(...questions.map((question) => el("li", {},
    el("button", { type: "button", class: "again", onclick: () => again({ question }) }, question))));
}
