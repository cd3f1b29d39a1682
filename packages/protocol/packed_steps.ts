/**
 * Steps as bytes: the columns of {@link StepColumns}, one after the other, each as 64-bit floats in little-endian order.
 *
 * | bytes      | what                                                     |
 * | ---------- | -------------------------------------------------------- |
 * | 8n         | `step` of n steps                                        |
 * | 8n, 5 times| `loss`, `accuracy`, `samples`, `ms`, `at` of the same    |
 */
import { emptySteps, type StepColumns } from "./events.ts";
import { LIMITS } from "./limits.ts";

/** The columns in their order. */
export const STEP_COLUMNS = ["step", "loss", "accuracy", "samples", "ms", "at"] as const satisfies (
  keyof StepColumns
)[];

/** Bytes of one step. */
export const STEP_BYTES = 8 * STEP_COLUMNS.length;

/** Rows `[first, end)` of the columns as bytes; every number is kept, NaN and -0 too. */
export function packSteps(
  columns: Readonly<Record<keyof StepColumns, ArrayLike<number>>>,
  first = 0,
  end: number = columns.step.length,
): Uint8Array<ArrayBuffer> {
  const rows = end - first;
  const bytes = new Uint8Array(STEP_BYTES * rows);
  const view = new DataView(bytes.buffer);
  STEP_COLUMNS.forEach((name, column) => {
    const values = columns[name];
    for (let row = 0; row < rows; row++) {
      view.setFloat64(8 * (column * rows + row), values[first + row], true);
    }
  });
  return bytes;
}

/**
 * The columns that bytes hold.
 *
 * @throws {RangeError} when their number is not that of whole steps.
 */
export function unpackSteps(bytes: Uint8Array): StepColumns {
  const rows = bytes.length / STEP_BYTES;
  if (!Number.isInteger(rows)) {
    throw new RangeError(
      `Cannot unpack steps: wanted a multiple of ${STEP_BYTES} bytes, got ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const steps = emptySteps();
  STEP_COLUMNS.forEach((name, column) => {
    const values = new Array<number>(rows);
    for (let row = 0; row < rows; row++) values[row] = view.getFloat64(8 * (column * rows + row), true);
    steps[name] = values;
  });
  return steps;
}

/** Columns of numbers as they lie in a message. */
export type StepArrays = Readonly<Record<keyof StepColumns, Float64Array>>;

/**
 * The columns of a message of steps, without a copy.
 *
 * @throws {RangeError} when it is not one of 1 to `rowsMax` whole steps.
 */
export function viewSteps(message: ArrayBuffer, rowsMax: number = LIMITS.packedStepsMax): StepArrays {
  const rows = message.byteLength / STEP_BYTES;
  if (!Number.isInteger(rows) || rows < 1 || rows > rowsMax) {
    throw new RangeError(
      `Cannot read a message of steps: wanted 1 to ${rowsMax} times ${STEP_BYTES} bytes, got ${message.byteLength}`,
    );
  }
  const columns = STEP_COLUMNS.map((
    name,
    column,
  ) => [name, new Float64Array(message, 8 * column * rows, rows)]);
  return Object.fromEntries(columns) as StepArrays;
}
