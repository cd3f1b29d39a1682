/** Comma-separated values (RFC 4180): lines of cells; a cell in double quotes may hold commas, line ends and "" for a quote. */

/** One line of a CSV file; more than one where a quoted cell holds a line end. */
export interface CsvRecord {
  /** Number of its first line, from 1. */
  line: number;
  /** The cells, without quotes; those without quotes are also trimmed of spaces. */
  cells: string[];
}

/**
 * Reads CSV record by record. Lines may end in LF or CRLF; empty lines are passed over; a byte order mark is, too.
 *
 * @param name how errors call the file.
 * @throws {SyntaxError} if a quoted cell does not end, or does not end at a comma or a line end.
 */
export function* parseCsv(text: string, name: string): Generator<CsvRecord> {
  let position = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (position < text.length) {
    const record: CsvRecord = { line, cells: [] };
    for (let more = true; more;) {
      const cell = text[position] === '"'
        ? quotedCell(text, position, name, line)
        : plainCell(text, position);
      record.cells.push(cell.value);
      line += cell.lineEnds;
      more = text[cell.end] === ",";
      position = cell.end + 1;
    }
    line++;
    if (record.cells.length > 1 || record.cells[0] !== "") yield record;
  }
}

interface Cell {
  value: string;
  /** Position of the comma or the LF behind the cell, or the text's length. */
  end: number;
  lineEnds: number;
}

function plainCell(text: string, start: number): Cell {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n") end++;
  return { value: text.slice(start, end).trim(), end, lineEnds: 0 };
}

function quotedCell(text: string, start: number, name: string, line: number): Cell {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) {
    throw new SyntaxError(
      `Cannot read ${name} as every quoted cell must end: the one that begins in line ${line} does not`,
    );
  }
  const end = text.startsWith("\r\n", close + 1) ? close + 2 : close + 1;
  if (end < text.length && text[end] !== "," && text[end] !== "\n") {
    throw new SyntaxError(
      `Cannot read ${name} as a closing quote must be followed by a comma or the line's end: ` +
        `the cell that begins in line ${line} goes on with ${JSON.stringify(text[end])}`,
    );
  }
  const raw = text.slice(start + 1, close);
  return { value: raw.replaceAll('""', '"'), end, lineEnds: raw.split("\n").length - 1 };
}
