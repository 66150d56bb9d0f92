// The columns of a table as people see them. A filing's table has more: "$", the number and ")" may have one each.

/** Columns, left to right, as [first, end) of the table's own; made of its narrow cells, which wide ones span. */
export function visibleColumns(cells) {
  let found = [];
  const body = cells.filter((cell) => cell.role !== "header").sort((a, b) => width(a) - width(b));
  for (const cell of body.length ? body : cells) {
    const over = found.filter((column) => overlaps(column, cell));
    if (over.length > 1) continue;
    const joined = [cell, ...over.map(([column, column_end]) => ({ column, column_end }))];
    found = found.filter((column) => !over.includes(column));
    found.push([Math.min(...joined.map((c) => c.column)), Math.max(...joined.map((c) => c.column_end))]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}

/** First and last of the columns that a cell covers; the nearest one where it covers none. */
export function covered(columns, cell) {
  const over = columns.map((column, at) => (overlaps(column, cell) ? at : -1)).filter((at) => at >= 0);
  if (over.length) return [over[0], over.at(-1)];
  const distance = ([first, end]) => Math.max(first - cell.column_end, cell.column - end);
  const nearest = columns.reduce((best, column, at) => (distance(column) < distance(columns[best]) ? at : best), 0);
  return [nearest, nearest];
}

const width = (cell) => cell.column_end - cell.column;
const overlaps = ([first, end], cell) => first < cell.column_end && cell.column < end;
