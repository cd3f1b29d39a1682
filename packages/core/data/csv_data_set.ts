/**
 * A table of numbers as a data set.
 *
 * - The first line is a header if one of its cells other than the last is not a number, or if its last cell is a label's name.
 * - The label is in the column that the header calls `label`, `class` or `target`, else in the last one. Labels are whole
 *   numbers from 0 to 255, or, if one of them is not a number, names: classes are then numbered in the names' order.
 * - All other columns are inputs. Numbers are kept as f32; only if all are whole numbers from 0 to 255 and one is above 1
 *   are they taken for pixels and kept as bytes, which stand for b / 255.
 * - A fifth of the samples, rounded down, is for testing, chosen by a constant permutation.
 */
import { checkDataSet } from "./check_data_set.ts";
import { splitSamples } from "./constant_split.ts";
import { type CsvRecord, parseCsv } from "./csv.ts";
import type { DataSet } from "./data_set.ts";

const LABEL_NAMES = ["label", "class", "target"];
const CLASSES_MAX = 256; // a label is a byte
const TEST_SHARE = 1 / 5;

/**
 * Reads a data set from CSV text.
 *
 * @param name of the data set, also in errors.
 * @throws {SyntaxError} if a cell is not what the rules above say; the error names line and column.
 * @throws {RangeError} if there are fewer than 5 samples, fewer than 2 columns or classes, or more than 256 classes.
 */
export function csvDataSet(text: string, name: string): DataSet {
  const records = parseCsv(text, name);
  const first = records.next().value;
  const columns = first?.cells.length ?? 0;
  if (!first || columns < 2) {
    throw new RangeError(
      `Cannot read ${name} as at least 2 columns parted by commas are needed: there are ${columns}`,
    );
  }
  const header = isHeader(first) ? first.cells : null;
  const named = header?.findIndex(isLabelName) ?? -1;
  const labelColumn = named >= 0 ? named : columns - 1;

  const inputLength = columns - 1;
  const inputs = new Float32Array(countLines(text) * inputLength); // one record a line at most
  const labels: LabelCell[] = [];
  let length = 0;
  for (const { line, cells } of header ? records : chain(first, records)) {
    if (cells.length !== columns) {
      throw new SyntaxError(
        `Cannot read ${name} as all lines must have ${columns} cells like line ${first.line}: line ${line} has ${cells.length}`,
      );
    }
    for (let column = 0; column < columns; column++) {
      const cell = cells[column];
      if (column === labelColumn) {
        labels.push({ line, text: cell });
        continue;
      }
      const value = Math.fround(toNumber(cell));
      if (!Number.isFinite(value)) {
        const title = header ? ` (${header[column]})` : "";
        throw new SyntaxError(
          `Cannot read ${name} as inputs must be numbers that 32-bit floats can hold: ` +
            `line ${line}, column ${column + 1}${title} holds ${JSON.stringify(cell)}`,
        );
      }
      inputs[length++] = value;
    }
  }

  const count = labels.length;
  const testCount = Math.floor(count * TEST_SHARE);
  if (testCount < 1) {
    throw new RangeError(`Cannot read ${name} as at least 5 samples are needed: there are ${count}`);
  }
  const classes = classify(labels, name, labelColumn);
  const samples = { count, inputs: asPixels(inputs.subarray(0, length)), labels: classes.labels };
  return checkDataSet({
    name,
    inputShape: [inputLength],
    classes: classes.count,
    validation: null,
    ...splitSamples(samples, testCount),
  });
}

interface LabelCell {
  line: number;
  text: string;
}

function classify(cells: LabelCell[], name: string, column: number): { labels: Uint8Array; count: number } {
  const place = ({ line }: LabelCell) => `line ${line}, column ${column + 1}`;
  const empty = cells.find(({ text }) => text === "");
  if (empty) {
    throw new SyntaxError(`Cannot read ${name} as every sample needs a label: ${place(empty)} is empty`);
  }

  const numbers = cells.map(({ text }) => toNumber(text));
  if (!numbers.some(Number.isNaN)) {
    const wrong = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= CLASSES_MAX);
    if (wrong < 0) {
      return {
        labels: Uint8Array.from(numbers),
        count: numbers.reduce((a, b) => Math.max(a, b)) + 1,
      };
    }
    throw new SyntaxError(
      `Cannot read ${name} as labels that are numbers must be whole ones from 0 to ${CLASSES_MAX - 1}: ` +
        `${place(cells[wrong])} holds ${cells[wrong].text}`,
    );
  }
  const names = [...new Set(cells.map(({ text }) => text))].sort();
  if (names.length > CLASSES_MAX) {
    throw new RangeError(
      `Cannot read ${name} as there may be at most ${CLASSES_MAX} classes: ` +
        `column ${column + 1} holds ${names.length} names`,
    );
  }
  const numberOf = new Map(names.map((name, number) => [name, number]));
  return { labels: Uint8Array.from(cells, ({ text }) => numberOf.get(text)!), count: names.length };
}

function asPixels(inputs: Float32Array): Float32Array | Uint8Array {
  const arePixels = inputs.every((input) => input >= 0 && input <= 255 && Number.isInteger(input));
  return arePixels && inputs.some((input) => input > 1) ? Uint8Array.from(inputs) : inputs;
}

function isHeader({ cells }: CsvRecord): boolean {
  return cells.slice(0, -1).some((cell) => Number.isNaN(toNumber(cell))) ||
    isLabelName(cells[cells.length - 1]);
}

function isLabelName(cell: string): boolean {
  return LABEL_NAMES.includes(cell.toLowerCase());
}

/** NaN for what is no number, the empty cell included. */
function toNumber(cell: string): number {
  return cell.trim() === "" ? NaN : Number(cell);
}

function countLines(text: string): number {
  let lines = 1;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) lines++;
  return lines;
}

function* chain<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
