// The page: a question goes in, its answer and evidence come out; the address holds the question.

import { ask, keysFrom } from "./api.js";
import { rendered } from "./answer.js";
import { add, listed } from "./documents.js";
import { byId } from "./dom.js";
import { shown } from "./evidence.js";
import { wrongButton } from "./feedback.js";
import { forget, list, remember } from "./history.js";
import { otherPassages } from "./others.js";

const form = byId("ask");
let running = null;

function say(text, isError = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("error", isError);
}

function askedNow() {
  const fields = Object.fromEntries(new FormData(form));
  const asked = { question: fields.question.trim(), k: Number(fields.k) || 12 };
  if (fields.company.trim()) asked.company = fields.company.trim();
  if (fields.year) asked.year = Number(fields.year);
  return asked;
}

function fill(asked) {
  form.question.value = asked.question;
  form.company.value = asked.company ?? "";
  form.year.value = asked.year ?? "";
  form.k.value = asked.k ?? 12;
  if (asked.company || asked.year) form.querySelector("details").open = true;
}

async function show(citation) {
  const evidence = byId("evidence");
  evidence.setAttribute("aria-busy", "true");
  try {
    evidence.replaceChildren(...(await shown(citation)));
  } catch (error) {
    say(`The evidence cannot be shown: ${error.message}.`, true);
  } finally {
    evidence.removeAttribute("aria-busy");
  }
}

async function answered(asked) {
  running?.abort();
  running = new AbortController();
  say("Looking in the filings…");
  form.querySelector("button").disabled = true;
  try {
    const answer = await ask(asked, running.signal);
    location.hash = new URLSearchParams(asked);
    byId("answer").replaceChildren(...rendered(answer, show).filter(Boolean), wrongButton(answer), otherPassages(asked, answer, show));
    byId("evidence").replaceChildren();
    if (answer.citations.length) await show(answer.citations[0]);
    say(`${answer.found ? "Answered" : "Looked"} in ${answer.seconds.toFixed(1)} seconds.`);
    byId("answer").focus();
    remember(asked, answer);
    list(again);
  } catch (error) {
    if (error.name !== "AbortError") say(`${error.message}.`, true);
  } finally {
    form.querySelector("button").disabled = false;
  }
}

function again(asked) {
  fill(asked);
  answered(asked);
}

function keyFromPerson() {
  const dialog = byId("key-dialog");
  dialog.showModal();
  return new Promise((given) => {
    dialog.addEventListener("close", () => given(byId("key").value.trim() || null), { once: true });
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  answered(askedNow());
});
byId("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  add(event.target);
});
byId("forget").addEventListener("click", () => {
  forget();
  list(again);
});

keysFrom(keyFromPerson);
list(again);
listed()
  .then((total) => total || say("There are no filings yet. Add one below."))
  .catch((error) => say(`${error.message}.`, true));
const kept = new URLSearchParams(location.hash.slice(1));
if (kept.get("question")) {
  again({ question: kept.get("question"), k: Number(kept.get("k")) || 12, ...(kept.get("company") && { company: kept.get("company") }), ...(kept.get("year") && { year: Number(kept.get("year")) }) });
}
