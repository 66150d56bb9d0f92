// "This is wrong": what the answer should have been, kept by the service in the form that training reads.

import { feedback } from "./api.js";
import { el } from "./dom.js";

/** A button that opens a form for the right answer; a computed one stands nowhere, so no reader could learn it. */
export function wrongButton(answer) {
  if (!answer.found || answer.derivation) return "";
  const input = el("input", { id: "right-answer", maxlength: 2000, placeholder: "as the filing writes it, or empty" });
  const told = el("p", { class: "quiet", role: "status" });
  const form = el("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      try {
        await feedback({ question: answer.question, citation: answer.citations[0], right: input.value.trim() || null });
        const noted = el("p", { class: "quiet", tabindex: -1 }, "Noted. Thank you.");
        form.replaceChildren(noted);
        noted.focus();
      } catch (error) {
        told.textContent = error.message;
      }
    },
  }, el("label", { for: "right-answer" }, "What should it have been?"), el("div", { class: "line" }, input, el("button", { type: "submit" }, "Note it")), told);
  return el("details", {}, el("summary", {}, "This answer is wrong"), form);
}
