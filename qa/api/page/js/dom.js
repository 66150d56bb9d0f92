// Elements from words: el("p", {class: "quiet"}, "text", child). Text is always set as text, never as HTML.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** The parts of a text whose lines do not break inside words such as 10-K. */
export const unbroken = (text) => text.split(/(\S+-\S+)/).map((part, at) => (at % 2 ? el("span", { class: "unbroken" }, part) : part));
