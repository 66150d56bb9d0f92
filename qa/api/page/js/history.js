// What was asked in this browser, the latest first. It stays in the browser.

import { byId, el } from "./dom.js";

const KEPT = "financeqa-history";
const MOST = 30;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return []; // damaged, or the browser keeps nothing
  }
}

export function remember(asked, answer) {
  const others = read().filter((each) => JSON.stringify(each.asked) !== JSON.stringify(asked));
  const said = answer.found ? answer.answer.replace(/([$€£¥]) /g, "$1\u00a0") : "not found";
  try {
    localStorage.setItem(KEPT, JSON.stringify([{ asked, said: said.slice(0, 80) }, ...others].slice(0, MOST)));
  } catch {
    // the browser keeps nothing
  }
}

/** Lists what was asked; `again` is called with what is chosen. */
export function list(again) {
  const all = read();
  byId("forget").hidden = !all.length;
  byId("history").replaceChildren(...(all.length ? all.map(({ asked, said }) => el("li", {},
    el("button", { type: "button", class: "again", onclick: () => again(asked) }, asked.question),
    el("span", { class: "quiet" }, said))) : [el("li", { class: "quiet" }, "Nothing yet.")]));
}

export function forget() {
  localStorage.removeItem(KEPT);
}
