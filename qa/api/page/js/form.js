// The question and where to look: from the form, into it, and from and into the page's address.

import { byId } from "./dom.js";

const FILTERS = { company: String, year: Number, quarter: Number, form: String };
const PASSAGES = 12;
const form = byId("ask");
const fields = () => form.elements;

/** What is asked, from anything that holds the fields as text. */
function asked(value) {
  const found = { question: value("question").trim(), k: Number(value("k")) || PASSAGES };
  for (const [name, kind] of Object.entries(FILTERS)) {
    const said = value(name).trim();
    if (said) found[name] = kind(said);
  }
  return found;
}

export const askedNow = () => asked((name) => fields()[name].value);

export function fill(told) {
  for (const name of ["question", ...Object.keys(FILTERS)]) fields()[name].value = told[name] ?? "";
  fields().k.value = told.k ?? PASSAGES;
  if (where(told)) form.querySelector("details").open = true;
  sayWhere();
}

/** What the address asks; null where it asks nothing. */
export function fromAddress() {
  const held = new URLSearchParams(location.hash.slice(1));
  return held.get("question") ? asked((name) => held.get(name) ?? "") : null;
}

export function toAddress(told) {
  document.title = `${told.question} · financeqa`;
  const address = `#${new URLSearchParams(told)}`;
  if (address !== location.hash) history.pushState(null, "", address);
}

const where = (told) => Object.keys(FILTERS).map((name) => told[name] && (name === "quarter" ? `Q${told[name]}` : told[name])).filter(Boolean).join(", ");

/** Filters stay in sight when they are folded away. */
function sayWhere() {
  const said = where(askedNow());
  byId("where").textContent = said ? `Where to look: ${said}` : "Where to look";
}

form.addEventListener("input", sayWhere);
