// An answer, large, with its probability in words and number, how it was worked out, and what was assumed.

import { el, unbroken } from "./dom.js";

const HEADING = () => el("h2", { class: "unseen" }, "Answer");
const LENGTH = 80; // characters of another candidate
const SCALES = new Set(["thousand", "million", "billion", "trillion"]);

export function inWords(probability) {
  if (probability >= 0.9) return ["very likely right", "good"];
  if (probability >= 0.7) return ["likely right", "good"];
  if (probability >= 0.45) return ["may be right", "fair"];
  return ["doubtful", "poor"];
}

/** The elements of an answer; `show` is called with the citation that somebody wants to see. */
export function rendered(answer, show) {
  if (!answer.found) {
    return [
      HEADING(),
      el("p", { class: "said" }, "Not found"),
      el("p", {}, answer.reason ? `${answer.reason[0].toUpperCase()}${answer.reason.slice(1)}.` : ""),
      el("p", { class: "quiet" }, "No answer is better than a wrong one. Naming company and year often helps."),
    ];
  }
  return [
    HEADING(),
    el("p", { class: answer.answer.length > 60 ? "said long" : "said" }, answer.answer),
    value(answer),
    chance(answer.probability),
    ...derivation(answer, show),
    ...places(answer, show),
    ...listed("Assumed", answer.assumed),
    ...restated(answer, show),
    ...candidates(answer, show),
  ];
}

function value(answer) {
  if (answer.value == null) return null;
  const written = Number(answer.value).toLocaleString("en", { maximumFractionDigits: 6 });
  if (!answer.unit && written === answer.answer) return null;
  const stands = [SCALES.has(answer.scale) ? `written in ${answer.scale}s` : null].filter(Boolean);
  return el("p", { class: "value" }, `${written} ${answer.unit ?? ""}`.trim(), stands.length ? ` (${stands})` : "");
}

function chance(probability) {
  const [words, tone] = inWords(probability);
  return el(
    "p", { class: `chance ${tone}` },
    el("span", {}, `${words[0].toUpperCase()}${words.slice(1)}: ${probability.toFixed(2)}`),
    el("meter", { min: 0, max: 1, value: probability, "aria-hidden": "true" }),
  );
}

/** The equation with each letter replaced by its number, which leads to its cell. */
function derivation(answer, show) {
  if (!answer.derivation) return [];
  const { expression, operands } = answer.derivation;
  const byLetter = new Map(operands.map((operand) => [operand.letter, operand]));
  const parts = expression.split(/(\b[a-z]\b)/).map((part) => {
    const operand = byLetter.get(part);
    return operand ? place(operand.citation, operand.text, show, `${operand.name}: ${operand.text}`) : typeset(part);
  });
  return [
    el("h3", {}, "Worked out"),
    el("p", { class: "equation" }, ...parts, ` = ${answer.answer}`),
    el("ul", {}, ...operands.map((o) => el("li", {}, place(o.citation, o.text, show), ` ${o.name}, `, ...unbroken(o.citation.title)))),
  ];
}

const typeset = (part) => part.replaceAll(" * ", " × ").replaceAll(" - ", " − ");

function places(answer, show) {
  if (answer.derivation) return [];
  return [
    el("h3", {}, "Stands in"),
    el("ul", {}, ...answer.citations.map((c) => el("li", {}, place(c, `${c.title}, page\u00a0${c.page}`, show)))),
  ];
}

function restated(answer, show) {
  return answer.restated.length ? [el("h3", {}, "Restated later"), elsewhere(answer.restated, show)] : [];
}

function candidates(answer, show) {
  if (!answer.alternatives.length) return [];
  return [el("details", {}, el("summary", {}, "Other candidates"), elsewhere(answer.alternatives, show))];
}

/** What other places say, each leading there. */
function elsewhere(answers, show) {
  return el("ul", {}, ...answers.map(({ answer, citation }) => el("li", {},
    place(citation, answer.length > LENGTH ? `${answer.slice(0, LENGTH)}…` : answer, show),
    " in ", ...unbroken(citation.title), `, page\u00a0${citation.page}`)));
}

function listed(title, lines) {
  return lines.length ? [el("h3", {}, title), el("ul", {}, ...lines.map((line) => el("li", {}, line)))] : [];
}

function place(citation, text, show, label) {
  return el("button", {
    type: "button", class: "cite", "aria-label": label ?? false,
    onclick: () => show(citation),
  }, text);
}
