/** The history of runs, with the processes that users start. The oracle is the run's own log, and one loop over core. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  decodeRuns,
  emptySteps,
  type RunDescription,
  type RunEvents,
  type RunList,
  type StepColumns,
  unpackSteps,
} from "@tributary/protocol";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openHistoryFile } from "../packages/coordinator/history/history_file.ts";
import { Runs } from "../packages/coordinator/history/runs.ts";
import { descendantWith, IGNORES_PROCESSES, RunningTask, runTask } from "./support/processes.ts";
import { Peer } from "./support/peer.ts";
import { SmallRun } from "./support/small_run.ts";
import { within } from "./support/within.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const LOCAL = ["--port", "0", "--json", "--workers", "2"];

function train(run: SmallRun, ...args: string[]) {
  return [run.path, ...LOCAL, "--checkpoint", run.file("out"), ...args];
}

/** Steps as the run's log has them, without those that were told twice. */
async function loggedSteps(run: SmallRun): Promise<StepColumns> {
  const lines = (await Deno.readTextFile(`${run.file("out")}/log.jsonl`)).trim().split("\n");
  const byStep = new Map<number, Record<string, number>>();
  for (const line of lines.map((text) => JSON.parse(text))) {
    if (line.type === "step") byStep.set(line.step, line);
  }
  const steps = emptySteps();
  for (const line of byStep.values()) {
    for (const name of Object.keys(steps) as (keyof StepColumns)[]) steps[name].push(line[name]);
  }
  // The log rounds times to microseconds.
  return steps;
}

function rounded(steps: StepColumns): StepColumns {
  return { ...steps, ms: steps.ms.map((ms) => Math.round(1_000 * ms) / 1_000) };
}

/** What the history beside the run's folder has of it. */
function recorded(run: SmallRun) {
  using database = openHistoryFile(run.file("history.sqlite"), 1_000);
  const runs = new Runs(database);
  const list = runs.list(0).runs;
  const steps = unpackSteps(runs.steps(list[0].id, 0)!.bytes);
  return { list, steps, events: runs.events(list[0].id, 0)!.update.events };
}

Deno.test("a run is recorded beside its folder: every step that its log has, its epochs and its end", async () => {
  await using run = await SmallRun.make();
  const { code, stdout, stderr } = await runTask("train", train(run));
  assertEquals(code, 0, stderr);
  const result = JSON.parse(stdout);
  const { list, steps, events } = recorded(run);
  assertEquals(list.length, 1);
  const [summary] = list;
  assertEquals([summary.name, summary.folder, summary.outcome, summary.step, summary.workers], [
    run.description.name,
    "out",
    "completed",
    160,
    2,
  ]);
  assertEquals(summary.run, run.description);
  assertEquals(summary.parametersSha256, result.parametersSha256);
  assertEquals(summary.parametersSha256, await run.hashAlone());
  assertEquals(summary.figures.test?.last, result.testAccuracy);
  assertEquals(rounded(steps), await loggedSteps(run));
  assertEquals(events.filter(({ type }) => type === "epochDone").length, 4);
  assertEquals([events[0].type, events.at(-1)!.type], ["runStarted", "runEnded"]);
});

Deno.test("a history that is no database, and one that cannot be made, cost a run nothing but a notice", async () => {
  for (
    const spoil of [
      (path: string) => Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(9_000))),
      (path: string) => Deno.mkdir(path),
    ]
  ) {
    await using run = await SmallRun.make();
    await spoil(run.file("history.sqlite"));
    const { code, stdout, stderr } = await runTask("train", train(run));
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
    assertMatch(
      stderr,
      /Cannot write this run into the history .*history\.sqlite, only into its log: (file is not a database|it is no file|unable to open)/,
    );
  }
});

Deno.test("a history that another process holds for all of the run costs it a sentence at its end, and no step", async () => {
  await using run = await SmallRun.make();
  const path = run.file("history.sqlite");
  openHistoryFile(path, 50).close();
  using holder = new DatabaseSync(path);
  await using task = RunningTask.start("train", train(run, "--epochs", "60"));
  // Once the run is in it, nobody else may write.
  await within(
    (async () => {
      for (;;) {
        using database = openHistoryFile(path, 1_000);
        if (new Runs(database).list(0).runs.length > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })(),
    "the run in the history",
  );
  holder.exec("BEGIN IMMEDIATE");
  const { code, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  assertStringIncludes(await Deno.readTextFile(`${run.file("out")}/result.json`), '"completed"');
  assertStringIncludes(
    stderr,
    `Cannot write this run into the history ${path}, only into its log: database is locked: end the program that holds it.`,
  );
  holder.exec("ROLLBACK");
});

/** 800 steps an epoch: there is time to kill it in the middle of one. */
const SLOW: Partial<RunDescription> = { batchSize: 1, leafSize: 1, epochs: 6 };

Deno.test({
  name:
    "a killed run is interrupted in the history, and goes on in its row when it is resumed: each step once",
  ignore: IGNORES_PROCESSES,
  async fn() {
    await using run = await SmallRun.make(SLOW);
    {
      await using task = RunningTask.start("train", train(run, "--checkpoint-minutes", "0.001"));
      await task.line(/^Epoch 2\/6:/);
      Deno.kill(descendantWith(task.pid, "--permission-set=coordinator"), "SIGKILL");
      assertEquals((await task.finished()).code, 137);
    }
    const killedAt = Date.now();
    const killed = recorded(run).list[0];
    assertEquals([killed.outcome, killed.endedAt], [null, null]);
    const args = ["--checkpoint", run.file("out"), "--resume", ...LOCAL];
    const { code, stderr } = await runTask("train", args);
    assertEquals(code, 0, stderr);
    const { list, steps, events } = recorded(run);
    assertEquals(list.map(({ id, outcome, step }) => [id, outcome, step]), [[killed.id, "completed", 4_800]]);
    assertEquals(steps.step, Array.from({ length: 4_800 }, (_, i) => i + 1));
    assertEquals(rounded(steps), await loggedSteps(run));
    const epochs = events.flatMap((event) => event.type === "epochDone" ? [event.epoch] : []);
    assertEquals(epochs, [1, 2, 3, 4, 5, 6]);
    const rests = events.flatMap((event) =>
      event.type === "notice" && event.restMs !== undefined ? [event.at - event.restMs] : []
    );
    assertEquals(rests.length, 1);
    // The rest begins with the last line that the killed process wrote.
    assert(rests[0] > list[0].startedAt && rests[0] <= killedAt, `${rests[0]}, killed before ${killedAt}`);
    assertEquals(list[0].parametersSha256, await run.hashAlone());
  },
});

Deno.test("deno task dashboard serves page and history with no run going, and ends on Ctrl-C", async () => {
  await using run = await SmallRun.make();
  assertEquals((await runTask("train", train(run))).code, 0);
  const folder = dirname(run.file("out"));
  await using task = RunningTask.start("dashboard", [folder, "--port", "0"]);
  const [, origin, token] = await task.line(/^Page: (http:\/\/127\.0\.0\.1:\d+)\/\?view=runs#token=(\S+)$/);
  const get = async (path: string, init?: RequestInit) => await (await fetch(origin + path, init)).text();
  assertStringIncludes(await get("/"), "<title>Tributary</title>");
  const list = decodeRuns<RunList>(await get("/runs"));
  assertEquals([list.live, list.mayEdit, list.runs.map(({ name }) => name)], [null, false, [
    run.description.name,
  ]]);
  const { update }: RunEvents = JSON.parse(await get(`/runs/${list.runs[0].id}/events`));
  assertEquals(update.events.at(-1)!.type, "runEnded");
  const headers = { authorization: `Bearer ${token}` };
  assertStringIncludes(
    await get(`/runs/${list.runs[0].id}`, { method: "PATCH", headers, body: '{"name":"mine"}' }),
    '"mine"',
  );
  assertEquals(decodeRuns<RunList>(await get("/runs")).runs[0].name, "mine");
  {
    await using watcher = await Peer.open(`${origin.replace("http", "ws")}/watch`);
    assertEquals(await within(watcher.closed, "the refusal"), { code: 4_000, reason: "no-run" });
    await using worker = await Peer.open(`${origin.replace("http", "ws")}/work`);
    assertEquals((await worker.next()).code, "no-run");
  }
  task.signal("SIGINT");
  assertEquals((await task.finished()).code, 0);
});

Deno.test("a worker that joins where only the history is served is told so, and does not try again", async () => {
  await using run = await SmallRun.make();
  assertEquals((await runTask("train", train(run))).code, 0);
  await using task = RunningTask.start("dashboard", [dirname(run.file("out")), "--port", "0"]);
  const [, origin] = await task.line(/^Page: (http:\/\/127\.0\.0\.1:\d+)\//);
  const { code, stderr } = await runTask("worker", [origin]);
  assert(code !== 0);
  assertMatch(stderr, /no run is going there: it shows earlier runs only/);
});

Deno.test("deno task dashboard says in one sentence what is wrong with its folder", async () => {
  await using run = await SmallRun.make();
  const folder = dirname(run.path);
  const missing = await runTask("dashboard", [folder]);
  assertEquals(missing.code, 2);
  assertMatch(
    missing.stderr,
    /^Cannot show the history .*history\.sqlite as it does not exist: wanted the folder that/,
  );
  await Deno.writeTextFile(
    run.file("history.sqlite"),
    "no database, but long enough to be looked at as one".repeat(90),
  );
  const broken = await runTask("dashboard", [folder]);
  assertEquals(broken.code, 1);
  assertMatch(
    broken.stderr,
    /^Cannot show the history .*: file is not a database: move the file away, and the next run begins a new one\.$/m,
  );
});
