/** The SQLite file that holds the runs of a folder: where it is, how it is opened, and what its tables are. */
import { LIMITS } from "@tributary/protocol";
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Its name, beside the folders of the runs. */
export const HISTORY_NAME = "history.sqlite";

/** Where the history of a run's folder is. */
export function historyPath(runFolder: string): string {
  return join(dirname(resolve(runFolder)), HISTORY_NAME);
}

/** The run's folder as the history calls it: by its name alone, so that all of it can be moved. */
export function folderInHistory(runFolder: string): string {
  return basename(resolve(runFolder));
}

/**
 * What made the tables, version after version: `user_version` counts those that a file has seen. Only ever appended to.
 *
 * - `runs`: a row a run. `progress` is what each worker has contributed, `inspected` the latest look at the layers, `gradients`
 *   what stays of the earlier ones. `revision` grows with each change of any run, so that a page can ask for what is new.
 * - `events`: what watchers were told, in order; those of epochs have a `step`, as they are void when the run goes back.
 * - `steps`: rows `first` to `last` as `packSteps()` has them.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE revision (value INTEGER NOT NULL) STRICT;
  INSERT INTO revision VALUES (0);
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    run TEXT NOT NULL,
    startedAt REAL NOT NULL,
    seenAt REAL NOT NULL,
    endedAt REAL,
    outcome TEXT,
    reason TEXT,
    parametersSha256 TEXT,
    step INTEGER NOT NULL DEFAULT 0,
    workers INTEGER NOT NULL DEFAULT 0,
    figures TEXT NOT NULL,
    progress TEXT NOT NULL DEFAULT '[]',
    inspected TEXT,
    deletedAt REAL
  ) STRICT;
  CREATE INDEX runs_of_folder ON runs (folder, startedAt);
  CREATE TABLE events (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    number INTEGER NOT NULL,
    step INTEGER,
    event TEXT NOT NULL,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE steps (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    columns BLOB NOT NULL,
    PRIMARY KEY (run, first)
  ) STRICT;
`,
  `ALTER TABLE runs ADD COLUMN gradients TEXT NOT NULL DEFAULT '[]'`,
];

/** A history that a newer version of this program has written. */
export class NewerHistoryError extends Error {
  /** As of every error. */
  override readonly name = "NewerHistoryError";
}

/**
 * Opens the file and brings its tables up to date; makes it where it is not there. Several processes may have it open.
 *
 * @param patienceMs how long one process waits for another that writes.
 * @throws {Error} when it cannot be read and written, is no such file, or is newer.
 */
export function openHistoryFile(path: string, patienceMs: number): DatabaseSync {
  checkKind(path);
  const database = new DatabaseSync(path, { timeout: Math.max(patienceMs, OPEN_PATIENCE_MS) });
  try {
    checkOwner(database);
    // Readers and a writer do not wait for each other, and a commit does not wait for the disk: what a power failure
    // may take is the last second, which the run log has.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    migrate(database);
    purge(database, Date.now() - LIMITS.deletedKeptMs);
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Before a run begins there is time. */
const OPEN_PATIENCE_MS = 2_000;

/**
 * Opens a file that cannot be written, to look only.
 *
 * @throws {Error} as {@link openHistoryFile}.
 */
export function openHistoryReadOnly(path: string): DatabaseSync {
  checkKind(path);
  const database = new DatabaseSync(path, { readOnly: true, timeout: OPEN_PATIENCE_MS });
  try {
    const version = versionOf(database);
    if (version !== MIGRATIONS.length) throw new NewerHistoryError(`it has version ${version}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** All of the actions or none. @throws what the action throws, and where another process writes for too long. */
export function inTransaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Why a history cannot be used, and what helps; without a full stop. */
export function withAdvice(reason: string): string {
  if (/newer Tributary/.test(reason)) return `${reason}: use that one`;
  if (/locked|busy/.test(reason)) return `${reason}: end the program that holds it`;
  if (/readonly|unable to open|denied|disk is full|I\/O/.test(reason)) {
    return `${reason}: it must be a file that can be written, on a disk with room`;
  }
  return `${reason}: move the file away, and the next run begins a new one`;
}

/** A pipe, for one, would let SQLite wait for ever. @throws when something other than a file is there. */
function checkKind(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) throw new Error("it is no file");
}

/** @throws where another program's tables are, which are left as they are. */
function checkOwner(database: DatabaseSync): void {
  // In one statement: another process may be making the tables at this moment.
  const found = database.prepare(
    "SELECT user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_user_version",
  ).get()!;
  if (found.version === 0 && found.tables !== 0) throw new Error("it is the database of another program");
}

/** Two processes may do so at once: the second one finds it done. */
function migrate(database: DatabaseSync): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  inTransaction(database, () => {
    const version = versionOf(database);
    if (version > MIGRATIONS.length) {
      throw new NewerHistoryError(
        `it was written by a newer Tributary, as version ${version}; this one knows version ${MIGRATIONS.length}`,
      );
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** Takes out for good what was deleted before. */
function purge(database: DatabaseSync, before: number): void {
  database.prepare("DELETE FROM runs WHERE deletedAt < ?").run(before);
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()!.user_version);
}
