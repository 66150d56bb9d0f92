// Where an answer stands: the page as a picture, the table with its cell, row and column lit, or the passage.

import { pageImage, pageTable, pageText } from "./api.js";
import { el } from "./dom.js";

const AROUND = 700; // characters of text before and after
let drawn = null; // the address of the picture that is shown

/** The elements that show a citation. */
export async function shown(citation) {
  if (drawn) URL.revokeObjectURL(drawn);
  drawn = null;
  const heading = el("p", { class: "place" }, `${citation.title}, page ${citation.page}, characters ${citation.start} to ${citation.end}`);
  const picture = citation.box ? await image(citation) : null;
  if (picture) return [el("h2", {}, "Evidence"), heading, picture, quote(citation.quote)];
  const table = await pageTable(citation);
  if (table) return [el("h2", {}, "Evidence"), heading, lit(table)];
  return [el("h2", {}, "Evidence"), heading, await passage(citation)];
}

async function image(citation) {
  try {
    drawn = await pageImage(citation);
  } catch (error) {
    if (error.status !== 404) throw error;
    return null; // the file is gone, its text is kept
  }
  return el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "The page" },
    el("img", { src: drawn, alt: `Page ${citation.page} of ${citation.title}; the answer is in a box. It reads: ${citation.quote}` }));
}

const quote = (text) => el("p", { class: "quiet" }, `“${text}”`);

async function passage(citation) {
  const { start, text } = await pageText(citation, AROUND, AROUND);
  const [from, to] = [citation.start - start, citation.end - start];
  return el("blockquote", { class: "scroll", tabindex: 0 },
    start > 0 ? "… " : "", text.slice(0, from), el("mark", {}, text.slice(from, to)), text.slice(to), " …");
}

/** A table whose cited cell, its row and its column are lit. */
function lit(table) {
  const { row, column } = table.cited;
  const rows = Map.groupBy(table.cells, (cell) => cell.row);
  const body = [...rows.entries()].map(([number, cells]) => el("tr", {}, ...filled(cells, table.columns).map((cell) => {
    if (!cell) return el("td", { class: number === row ? "crossed" : null });
    const cited = number === row && cell.column === column;
    const crossed = number === row || (cell.column <= column && column < cell.column_end);
    return el(
      cell.role === "label" ? "th" : cell.role === "header" ? "th" : "td",
      {
        scope: cell.role === "label" ? "row" : cell.role === "header" ? "col" : null,
        colspan: cell.column_end - cell.column > 1 ? cell.column_end - cell.column : null,
        class: cited ? "cited" : crossed ? "crossed" : null, "aria-current": cited ? "true" : null,
      },
      cell.text,
    );
  })));
  const made = el("table", {}, el("caption", {}, [table.title, table.unit].filter(Boolean).join(", ")), el("tbody", {}, ...body));
  const around = el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "The table" }, made);
  requestAnimationFrame(() => made.querySelector(".cited")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  return around;
}

/** The cells of a row in order, with null for columns that have none. */
function filled(cells, columns) {
  const found = [];
  let next = 0;
  for (const cell of cells.sort((a, b) => a.column - b.column)) {
    while (next < cell.column) { found.push(null); next += 1; }
    found.push(cell);
    next = Math.max(next + 1, cell.column_end);
  }
  while (next < columns) { found.push(null); next += 1; }
  return found;
}
