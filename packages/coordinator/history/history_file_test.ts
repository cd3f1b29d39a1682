import { assert, assertEquals, assertThrows } from "@std/assert";
import { figuresOf, LIMITS, packSteps, unpackSteps } from "@tributary/protocol";
import { DatabaseSync } from "node:sqlite";
import {
  folderInHistory,
  historyPath,
  MIGRATIONS,
  NewerHistoryError,
  openHistoryFile,
  openHistoryReadOnly,
  withAdvice,
} from "./history_file.ts";
import { Runs } from "./runs.ts";
import { columnsOf, TestHistory, TestRun } from "./testing.ts";

Deno.test("historyPath() is beside the run's folder, and folderInHistory() its name", () => {
  assertEquals(historyPath("/runs/a-run/"), "/runs/history.sqlite");
  assertEquals(folderInHistory("/runs/a-run/"), "a-run");
});

Deno.test("openHistoryFile() makes the tables once, and another process finds them", async () => {
  await using history = await TestHistory.make();
  history.connect();
  const database = history.connect();
  assertEquals(database.prepare("PRAGMA user_version").get()!.user_version, MIGRATIONS.length);
  assertEquals(database.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
  assertEquals(new Runs(database).list(0), { runs: [], more: false });
});

Deno.test("openHistoryFile() migrates a file without tables, such as one that was interrupted before its first", async () => {
  await using history = await TestHistory.make();
  new DatabaseSync(history.path).close();
  assertEquals(new Runs(history.connect()).list(0).runs, []);
});

Deno.test("openHistoryFile() brings a file of any earlier version up to date, with what is in it", async () => {
  for (let version = 1; version < MIGRATIONS.length; version++) {
    await using history = await TestHistory.make();
    const old = new DatabaseSync(history.path);
    for (const migration of MIGRATIONS.slice(0, version)) old.exec(migration);
    old.exec(`PRAGMA user_version = ${version}`);
    old.prepare(
      "INSERT INTO runs (revision, name, folder, run, startedAt, seenAt, figures) VALUES (1, 'old', 'a', '{}', 1, 2, ?)",
    ).run(JSON.stringify(figuresOf([])));
    old.prepare("INSERT INTO steps VALUES (1, 1, 10, ?)").run(packSteps(columnsOf(1, 10)));
    old.close();
    const database = history.connect();
    const runs = new Runs(database);
    assertEquals(runs.list(0).runs.map(({ name }) => name), ["old"]);
    assertEquals(unpackSteps(runs.steps(1, 0)!.bytes), columnsOf(1, 10));
    assertEquals(runs.events(1, 0)!.update.gradients, []);
    assertEquals(database.prepare("PRAGMA user_version").get()!.user_version, MIGRATIONS.length);
  }
});

Deno.test("openHistoryFile() refuses a file of a newer version, and leaves it as it is", async () => {
  await using history = await TestHistory.make();
  history.connect().exec("PRAGMA user_version = 77");
  assertThrows(
    () => openHistoryFile(history.path, 50),
    NewerHistoryError,
    `as version 77; this one knows version ${MIGRATIONS.length}`,
  );
  assertThrows(() => openHistoryReadOnly(history.path), NewerHistoryError);
  const database = new DatabaseSync(history.path);
  assertEquals(database.prepare("PRAGMA user_version").get()!.user_version, 77);
  database.close();
});

Deno.test("openHistoryFile() throws for a file that is no database, and does not touch it", async () => {
  await using history = await TestHistory.make();
  const bytes = crypto.getRandomValues(new Uint8Array(20_000));
  await Deno.writeFile(history.path, bytes);
  assertThrows(() => openHistoryFile(history.path, 50), Error, "file is not a database");
  assertEquals(await Deno.readFile(history.path), bytes);
});

Deno.test("openHistoryFile() throws for the database of another program, and does not touch it", async () => {
  await using history = await TestHistory.make();
  const other = new DatabaseSync(history.path);
  other.exec("CREATE TABLE precious (value); INSERT INTO precious VALUES (42)");
  other.close();
  const bytes = await Deno.readFile(history.path);
  assertThrows(() => openHistoryFile(history.path, 50), Error, "it is the database of another program");
  assertEquals(await Deno.readFile(history.path), bytes);
});

Deno.test("what is no file is not opened: SQLite would wait for a pipe for ever", async () => {
  await using history = await TestHistory.make();
  assert((await new Deno.Command("mkfifo", { args: [history.path] }).output()).success);
  assertThrows(() => openHistoryFile(history.path, 50), Error, "it is no file");
  assertThrows(() => openHistoryReadOnly(history.path), Error, "it is no file");
});

Deno.test("withAdvice() says what helps", () => {
  const advice: Record<string, string> = {
    "it was written by a newer Tributary, as version 9": "use that one",
    "database is locked": "end the program that holds it",
    "attempt to write a readonly database": "it must be a file that can be written, on a disk with room",
    "database or disk is full": "it must be a file that can be written, on a disk with room",
    "file is not a database": "move the file away, and the next run begins a new one",
    "database disk image is malformed": "move the file away, and the next run begins a new one",
  };
  for (const [reason, helps] of Object.entries(advice)) {
    assertEquals(withAdvice(reason), `${reason}: ${helps}`);
  }
});

Deno.test("openHistoryFile() takes out runs that were deleted more than a week ago, with their steps", async () => {
  await using history = await TestHistory.make();
  const database = history.connect();
  for (const folder of ["old", "new", "kept"]) {
    const run = new TestRun(database, { folder });
    run.train(1, 10);
    await run.recorder.close();
  }
  const deletedAgo = (id: number, ms: number) => new Runs(database, () => Date.now() - ms).delete(id);
  deletedAgo(1, LIMITS.deletedKeptMs + 1_000);
  deletedAgo(2, LIMITS.deletedKeptMs - 60_000);
  const later = history.connect();
  assertEquals(new Runs(later).list(0).runs.map(({ folder }) => folder).sort(), ["kept", "new"]);
  assertEquals(later.prepare("SELECT run FROM steps ORDER BY run").all().map(({ run }) => run), [2, 3]);
});

Deno.test("openHistoryReadOnly() reads a history while a run is written to it", async () => {
  await using history = await TestHistory.make();
  const run = new TestRun(history.connect());
  run.train(1, 10);
  await run.recorder.close();
  const database = openHistoryReadOnly(history.path);
  assertEquals(new Runs(database).steps(1, 9)!.bytes.length, 48);
  assertThrows(() => new Runs(database).rename(1, "other"), Error, "readonly");
  database.close();
});
