import { assertEquals, assertThrows } from "@std/assert";
import { LIMITS } from "@tributary/protocol";
import { DatabaseSync } from "node:sqlite";
import {
  folderInHistory,
  historyPath,
  NewerHistoryError,
  openHistoryFile,
  openHistoryReadOnly,
} from "./history_file.ts";
import { Runs } from "./runs.ts";
import { TestHistory, TestRun } from "./testing.ts";

Deno.test("historyPath() is beside the run's folder, and folderInHistory() its name", () => {
  assertEquals(historyPath("/runs/a-run/"), "/runs/history.sqlite");
  assertEquals(folderInHistory("/runs/a-run/"), "a-run");
});

Deno.test("openHistoryFile() makes the tables once, and another process finds them", async () => {
  await using history = await TestHistory.make();
  history.connect();
  const database = history.connect();
  assertEquals(database.prepare("PRAGMA user_version").get()!.user_version, 1);
  assertEquals(database.prepare("PRAGMA journal_mode").get()!.journal_mode, "wal");
  assertEquals(new Runs(database).list(0), { runs: [], more: false });
});

Deno.test("openHistoryFile() migrates a file without tables, such as one that was interrupted before its first", async () => {
  await using history = await TestHistory.make();
  new DatabaseSync(history.path).close();
  assertEquals(new Runs(history.connect()).list(0).runs, []);
});

Deno.test("openHistoryFile() refuses a file of a newer version, and leaves it as it is", async () => {
  await using history = await TestHistory.make();
  history.connect().exec("PRAGMA user_version = 77");
  assertThrows(
    () => openHistoryFile(history.path, 50),
    NewerHistoryError,
    "as version 77; this one knows version 1",
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
