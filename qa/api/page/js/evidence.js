// Where an answer stands: the page as a picture, the table with its cell, row and column lit, or the passage.

import { pageImage, pageTable, pageText } from "./api.js";
import { covered, visibleColumns } from "./columns.js";
import { el, unbroken } from "./dom.js";

const AROUND = 700; // characters of text before and after
let drawn = null; // the address of the picture that is shown

/** The elements that show a citation. */
export async function shown(citation) {
  return [
    el("div", { class: "head" },
      el("h2", {}, "Evidence"),
      el("button", { type: "button", class: "plain", onclick: () => document.querySelector(".cite[aria-current]")?.focus() }, "Back to the answer")),
    el("p", { class: "place" }, ...unbroken(citation.title), `, page\u00a0${citation.page}, characters ${citation.start} to ${citation.end}`),
    ...((citation.box && await picture(citation)) || await table(citation) || await passage(citation)),
  ];
}

async function picture(citation) {
  const before = drawn;
  let page = null;
  try {
    [drawn, page] = await Promise.all([pageImage(citation), pageText(citation, 0, 0)]);
  } catch (error) {
    if (![404, 504].includes(error.status)) throw error;
    return null; // the file is gone, or takes too long to draw; its text is kept
  } finally {
    if (before) URL.revokeObjectURL(before);
  }
  const image = el("img", { src: drawn, alt: `Page ${citation.page} of ${citation.title}; the answer is in a box. It reads: ${citation.quote}` });
  const around = el("div", { class: "scroll picture", tabindex: 0, role: "group", "aria-label": "The page" }, image);
  image.addEventListener("load", () => centre(around, image.clientWidth / page.width, citation.box), { once: true });
  return [el("p", { class: "quote" }, `“${citation.quote}”`), around];
}

/** Scrolls so that the box, in points, is in the middle; `scale` is pixels a point. */
function centre(around, scale, [left, top, right, bottom]) {
  around.scrollLeft = scale * (left + right) / 2 - around.clientWidth / 2;
  around.scrollTop = scale * (top + bottom) / 2 - around.clientHeight / 2;
}

async function passage(citation) {
  const { start, text, characters } = await pageText(citation, AROUND, AROUND);
  const [from, to] = [citation.start - start, citation.end - start];
  return [el("blockquote", { class: "scroll", tabindex: 0 },
    start > 0 ? "… " : "", text.slice(0, from), el("mark", {}, text.slice(from, to)), text.slice(to), start + text.length < characters ? " …" : "")];
}

/** A table whose cited cell, its row and its column are lit. */
async function table(citation) {
  const found = await pageTable(citation);
  if (!found) return null;
  const columns = visibleColumns(found.cells);
  const cited = found.cells.find((cell) => cell.row === found.cited.row && cell.column === found.cited.column);
  const lit = covered(columns, cited);
  const rows = Map.groupBy(found.cells, (cell) => cell.row);
  const made = el("table", {},
    el("caption", {}, [found.title, found.unit].filter(Boolean).join(", ")),
    el("tbody", {}, ...[...rows.values()].map((cells) => row(cells, columns, cited, lit))));
  requestAnimationFrame(() => made.querySelector(".cited")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  return [el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "The table" }, made)];
}

function row(cells, columns, cited, lit) {
  const made = el("tr", {});
  const inRow = cells.includes(cited);
  let next = 0;
  const fill = (until) => {
    for (; next < until; next += 1) {
      made.append(el("td", { class: inRow || (lit[0] <= next && next <= lit[1]) ? "crossed" : null }));
    }
  };
  for (const cell of cells.sort((a, b) => a.column - b.column)) {
    const [first, last] = covered(columns, cell);
    if (last < next) { // two cells of one column
      made.lastChild.append(` ${cell.text}`);
      if (cell === cited) made.lastChild.className = "cited";
      continue;
    }
    fill(first);
    const crossed = inRow || (next <= lit[1] && lit[0] <= last);
    made.append(el(cell.role === "label" || cell.role === "header" ? "th" : "td", {
      scope: { label: "row", header: "col" }[cell.role],
      colspan: last > next ? last - next + 1 : null,
      class: cell === cited ? "cited" : crossed ? "crossed" : null,
      "aria-current": cell === cited ? "true" : null,
    }, cell.text));
    next = last + 1;
  }
  fill(columns.length);
  return made;
}
