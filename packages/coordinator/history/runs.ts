/** The runs of a history: listed, read and edited. Answers are bounded; who wants more asks again. */
import {
  decodeRuns,
  decodeWatchUpdate,
  emptySteps,
  LIMITS,
  type RunEvents,
  type RunFigures,
  type RunList,
  type RunSummary,
  STEP_BYTES,
  STEP_COLUMNS,
} from "@tributary/protocol";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { inTransaction } from "./history_file.ts";

type Row = Record<string, SQLOutputValue>;

/** Reads and edits one history. Every method throws what SQLite throws. */
export class Runs {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /** Runs that have changed after a revision, the oldest change first. */
  list(after: number): Pick<RunList, "runs" | "more"> {
    const rows = this.#database.prepare("SELECT * FROM runs WHERE revision > ? ORDER BY revision LIMIT ?")
      .iterate(after, LIMITS.runsListedMax + 1);
    const runs: RunSummary[] = [];
    let bytes = 0;
    for (const row of rows) {
      bytes += String(row.run).length;
      if (runs.length === LIMITS.runsListedMax || (runs.length > 0 && bytes > LIMITS.runsListedBytesMax)) {
        return { runs, more: true };
      }
      runs.push(summaryOf(row));
    }
    return { runs, more: false };
  }

  /** One run, or null where there is none of that id. */
  summary(id: number): RunSummary | null {
    const row = this.#row(id);
    return row === null ? null : summaryOf(row);
  }

  /** What watchers were told after event `after`: with the first part comes what is known of workers and layers. */
  events(id: number, after: number): RunEvents | null {
    const run = this.#row(id);
    if (run === null) return null;
    const rows = this.#database.prepare(
      "SELECT number, event FROM events WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
    ).all(id, after, LIMITS.runEventsMax + 1);
    const more = rows.length > LIMITS.runEventsMax;
    if (more) rows.pop();
    const events = rows.map(({ event }) => String(event));
    if (!more && run.inspected !== null) events.push(String(run.inspected));
    const update = decodeWatchUpdate(
      `{"type":"update","fromStart":${after <= 0},"at":${run.seenAt},"events":[${events.join()}],"steps":${
        JSON.stringify(emptySteps())
      },"workers":${more ? "[]" : run.progress}${after <= 0 ? `,"gradients":${run.gradients}` : ""}}`,
    );
    return { update, last: Number(rows.at(-1)?.number ?? after), more };
  }

  /** Steps after step `after` as `packSteps()` has them, at most `LIMITS.runStepsMax` and a chunk. */
  steps(id: number, after: number): { bytes: Uint8Array<ArrayBuffer>; more: boolean } | null {
    if (this.#row(id) === null) return null;
    const chunks = this.#database.prepare(
      "SELECT first, columns FROM steps WHERE run = ? AND last > ? ORDER BY first",
    ).iterate(id, after);
    const parts: { columns: Uint8Array; skipped: number; rows: number }[] = [];
    let rows = 0;
    let more = false;
    for (const { first, columns } of chunks) {
      if (rows >= LIMITS.runStepsMax) {
        more = true;
        break;
      }
      const bytes = columns as Uint8Array;
      const all = bytes.length / STEP_BYTES;
      const skipped = Math.max(0, after - Number(first) + 1);
      parts.push({ columns: bytes, skipped, rows: all - skipped });
      rows += all - skipped;
    }
    return { bytes: joinChunks(parts, rows), more };
  }

  /** Gives a run another name. @returns null where there is none of that id. */
  rename(id: number, name: string): RunSummary | null {
    return this.#change(id, "name", name);
  }

  /** Hides a run, which can be undone for as long as `LIMITS.deletedKeptMs`. Its folder stays as it is. */
  delete(id: number): RunSummary | null {
    return this.#change(id, "deletedAt", this.#now());
  }

  /** Undoes {@link delete}. */
  restore(id: number): RunSummary | null {
    return this.#change(id, "deletedAt", null);
  }

  #change(id: number, column: "name" | "deletedAt", value: string | number | null): RunSummary | null {
    inTransaction(this.#database, () => {
      const revision = nextRevision(this.#database);
      this.#database.prepare(`UPDATE runs SET ${column} = ?, revision = ? WHERE id = ?`).run(
        value,
        revision,
        id,
      );
    });
    return this.summary(id);
  }

  #row(id: number): Row | null {
    return this.#database.prepare("SELECT * FROM runs WHERE id = ?").get(id) ?? null;
  }
}

/** A revision that nothing has yet; within a transaction. */
export function nextRevision(database: DatabaseSync): number {
  return Number(database.prepare("UPDATE revision SET value = value + 1 RETURNING value").get()!.value);
}

function summaryOf(row: Row): RunSummary {
  const number = (value: SQLOutputValue) => value === null ? null : Number(value);
  const text = (value: SQLOutputValue) => value === null ? null : String(value);
  return {
    id: Number(row.id),
    revision: Number(row.revision),
    name: String(row.name),
    folder: String(row.folder),
    run: JSON.parse(String(row.run)),
    startedAt: Number(row.startedAt),
    seenAt: Number(row.seenAt),
    endedAt: number(row.endedAt),
    outcome: text(row.outcome) as RunSummary["outcome"],
    reason: text(row.reason),
    parametersSha256: text(row.parametersSha256),
    step: Number(row.step),
    workers: Number(row.workers),
    figures: decodeRuns<RunFigures>(String(row.figures)),
    deletedAt: number(row.deletedAt),
  };
}

/** Column by column, what chunks have after their skipped rows. */
function joinChunks(
  parts: readonly { columns: Uint8Array; skipped: number; rows: number }[],
  rows: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(STEP_BYTES * rows);
  let at = 0;
  for (let column = 0; column < STEP_COLUMNS.length; column++) {
    for (const { columns, skipped, rows } of parts) {
      const first = 8 * (column * (skipped + rows) + skipped);
      bytes.set(columns.subarray(first, first + 8 * rows), at);
      at += 8 * rows;
    }
  }
  return bytes;
}
