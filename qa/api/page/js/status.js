// The line that says what the page is doing, or what went wrong.

import { byId } from "./dom.js";

export function say(text, isError = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("error", isError);
}
