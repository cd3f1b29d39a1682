/** The steps of a run in the history: packed in chunks, of which the last one is written again until it is whole. */
import { emptySteps, packSteps, STEP_COLUMNS, type StepColumns, unpackSteps } from "@tributary/protocol";
import type { DatabaseSync } from "node:sqlite";

/** Steps of a whole chunk. */
const CHUNK_STEPS = 1_000;

/** A run's row, and the last chunk of its steps where it is not whole. All within a transaction of the caller's. */
export interface StepsPlace {
  database: DatabaseSync;
  run: number;
  chunk: StepColumns;
}

/** Writes steps behind the last chunk. @returns the new last chunk, where it is not whole; else one without a step. */
export function appendSteps({ database, run, chunk }: StepsPlace, steps: StepColumns): StepColumns {
  const insert = database.prepare(
    "INSERT OR REPLACE INTO steps (run, first, last, columns) VALUES (?, ?, ?, ?)",
  );
  const all = emptySteps();
  for (const column of STEP_COLUMNS) all[column] = chunk[column].concat(steps[column]);
  const rows = all.step.length;
  for (let first = 0; first < rows; first += CHUNK_STEPS) {
    const end = Math.min(rows, first + CHUNK_STEPS);
    insert.run(run, all.step[first], all.step[end - 1], packSteps(all, first, end));
  }
  const rest = rows % CHUNK_STEPS;
  const open = emptySteps();
  if (rest > 0) { for (const column of STEP_COLUMNS) open[column] = all[column].slice(rows - rest); }
  return open;
}

/** Takes out the steps after `step`. @returns the last chunk that is left, where it is not whole. */
export function undoSteps({ database, run }: Omit<StepsPlace, "chunk">, step: number): StepColumns {
  database.prepare("DELETE FROM steps WHERE run = ? AND first > ?").run(run, step);
  const last = database.prepare("SELECT columns FROM steps WHERE run = ? ORDER BY first DESC LIMIT 1").get(
    run,
  );
  const chunk = last === undefined ? emptySteps() : unpackSteps(last.columns as Uint8Array);
  const rows = chunk.step.length;
  cutAfter(chunk, step);
  return rows === CHUNK_STEPS && chunk.step.length === rows ? emptySteps() : chunk;
}

/** Takes the steps after that one out of columns. */
export function cutAfter(steps: StepColumns, step: number): void {
  const kept = steps.step.findLastIndex((done) => done <= step) + 1;
  for (const column of STEP_COLUMNS) steps[column].length = kept;
}
