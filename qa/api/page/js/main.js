// The page: a question goes in, its answer and evidence come out; the address holds the question.

import { ask, keysFrom } from "./api.js";
import { rendered } from "./answer.js";
import { add, listed } from "./documents.js";
import { byId } from "./dom.js";
import { shown } from "./evidence.js";
import { exampleQuestions } from "./examples.js";
import { wrongButton } from "./feedback.js";
import { askedNow, fill, fromAddress, toAddress } from "./form.js";
import { forget, list, remember } from "./history.js";
import { keyFromPerson } from "./key.js";
import { otherPassages } from "./others.js";
import { say } from "./status.js";

const form = byId("ask");
let running = null;
let shows = 0;

/** Shows where a citation stands; false where it cannot be shown. */
async function show(citation) {
  shows += 1;
  const mine = shows;
  const evidence = byId("evidence");
  evidence.setAttribute("aria-busy", "true");
  try {
    const parts = await shown(citation);
    if (mine === shows) evidence.replaceChildren(...parts);
    return true;
  } catch (error) {
    say(`The evidence cannot be shown: ${error.message}.`, true);
    return false;
  } finally {
    if (mine === shows) evidence.removeAttribute("aria-busy");
  }
}

/** As `show`, for somebody who wants to be taken there. */
async function jump(citation) {
  if (await show(citation)) byId("evidence").focus();
}

/** Marks which of the answer's places is shown. */
function mark(cite) {
  for (const other of document.querySelectorAll(".cite[aria-current]")) other.removeAttribute("aria-current");
  cite?.setAttribute("aria-current", "true");
}

async function answered(asked) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  say("Looking in the filings…");
  byId("examples").hidden = true;
  byId("answer").setAttribute("aria-busy", "true");
  try {
    const answer = await ask(asked, mine.signal);
    byId("answer").replaceChildren(...rendered(answer, jump).filter(Boolean), wrongButton(answer), otherPassages(asked, answer, jump));
    byId("evidence").replaceChildren();
    mark(byId("answer").querySelector(".cite"));
    const clear = !answer.citations.length || await show(answer.citations[0]);
    if (running !== mine) return;
    if (clear) say(`${answer.found ? "Answered" : "Looked"} in ${Math.max(0.1, answer.seconds).toFixed(1)} seconds.`);
    byId("answer").focus();
    remember(asked, answer);
    list(again);
  } catch (error) {
    if (error.name !== "AbortError") say(`${error.message}.`, true);
  } finally {
    if (running === mine) byId("answer").removeAttribute("aria-busy");
  }
}

/** Asks a question that was asked before, or that the page proposes. */
function again(asked) {
  fill(asked);
  toAddress(asked);
  answered(asked);
}

async function start() {
  list(again);
  const asked = fromAddress();
  if (asked) {
    fill(asked);
    answered(asked);
  }
  try {
    const found = await listed();
    if (!found.length) say("There are no filings yet. Add one below.");
    else if (!asked && !running) exampleQuestions(found, again);
  } catch (error) {
    say(`${error.message}.`, true);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = askedNow();
  toAddress(asked);
  answered(asked);
});
form.question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
addEventListener("popstate", () => {
  const asked = fromAddress();
  if (!asked) return;
  fill(asked);
  answered(asked);
});
byId("answer").addEventListener("click", (event) => {
  const cite = event.target.closest(".cite");
  if (cite) mark(cite);
});
byId("evidence").addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".cite[aria-current]")?.focus();
});
byId("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  add(event.target);
});
byId("forget").addEventListener("click", () => {
  forget();
  list(again);
  byId("history-title").focus();
});

keysFrom(keyFromPerson);
start();
