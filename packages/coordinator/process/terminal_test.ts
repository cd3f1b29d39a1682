import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { planModel } from "@tributary/core";
import type { Evaluation, TrainingEvent } from "@tributary/protocol";
import { Subject } from "rxjs";
import { toyDataSet, toyRun } from "../../../tests/support/toy.ts";
import { formatAccuracy, formatCount, formatSeconds, TerminalReport } from "./terminal.ts";
import { runFacts, type StepDone } from "../training/training.ts";

const run = toyRun(); // 2 epochs of 3 steps
const facts = runFacts({ run, plan: planModel(run.model), dataSet: toyDataSet() });
const worker = { id: 1, name: "ada", kind: "deno", kernels: "wasm", threads: 1 } as const;

/** What empties the line from the cursor on. */
const CLEAR_LINE = "\x1b[K";

/** A terminal as a person sees it: control sequences are obeyed. */
class Scene {
  readonly events = new Subject<TrainingEvent>();
  readonly steps = new Subject<StepDone>();
  readonly report: TerminalReport;
  written = "";
  columns = 80;

  constructor(isTerminal: boolean, runOf = facts) {
    const screen = {
      isTerminal,
      write: (text: string) => void (this.written += text),
      columns: () => this.columns,
    };
    this.report = new TerminalReport(screen, runOf, 0);
    this.report.watch(this.events, this.steps);
  }

  step(step: number, at: number): void {
    this.steps.next({
      step,
      epoch: step <= 3 ? 1 : 2,
      position: (step - 1) % 3 * 20,
      loss: 1 / step,
      accuracy: 0,
      samples: step % 3 === 0 ? 13 : 20,
      ms: 10,
      at,
    });
  }

  epochDone(epoch: number, test: Evaluation): void {
    const train = { loss: 0.12345, accuracy: 0.5 };
    this.events.next({
      type: "epochDone",
      at: 0,
      epoch,
      step: 3,
      train,
      validation: null,
      test,
      seconds: 1,
      samplesPerSecond: 1234.5,
    });
  }

  /** The lines on the screen. */
  get lines(): string[] {
    const lines = [""];
    for (const part of this.written.split(/(\n|\r)/)) {
      if (part === "\n") lines.push("");
      else if (part === "\r") lines[lines.length - 1] = "";
      else lines[lines.length - 1] += part.replace(CLEAR_LINE, "");
    }
    return lines;
  }
}

Deno.test("without a terminal there is no control character, and progress is a line every 10 s", () => {
  const scene = new Scene(false);
  scene.report.say("hello");
  for (let step = 1; step <= 6; step++) scene.step(step, 4_000 * step);
  scene.events.complete();
  assert(!/[^\n\x20-\x7e]/.test(scene.written), JSON.stringify(scene.written));
  assertEquals(scene.lines.map((line) => line.split("  ")[1] ?? line), ["hello", "step 3/3", "step 3/3", ""]);
});

Deno.test("on a terminal the progress line is written over in place, at most ten times a second", () => {
  const scene = new Scene(true);
  for (let step = 1; step <= 6; step++) scene.step(step, 1_000 + 60 * step);
  assertEquals(scene.written.match(/\r/g)?.length, 3);
  assertEquals(scene.lines.length, 1);
  assertStringIncludes(scene.lines[0], "epoch 2/2  step 2/3  loss");
  assertStringIncludes(scene.lines[0], "87 %");
});

Deno.test("a line is written above the progress line, which stays the last", () => {
  const scene = new Scene(true);
  scene.step(1, 1_000);
  const [progress] = scene.lines;
  scene.report.say("ada joined (wasm).");
  assertEquals(scene.lines, ["ada joined (wasm).", progress]);
  scene.report.say("bob joined (wasm).");
  assertEquals(scene.lines, ["ada joined (wasm).", "bob joined (wasm).", progress]);
});

Deno.test("the progress line fits the columns, also after the window was made narrower", () => {
  const scene = new Scene(true);
  for (const columns of [80, 40, 21]) {
    scene.columns = columns;
    scene.step(1, 1_000 * (100 - columns));
    assert(scene.lines[0].length < columns, `${scene.lines[0].length} of ${columns}`);
  }
});

Deno.test("the progress line is gone when the run is over", () => {
  const scene = new Scene(true);
  scene.step(1, 1_000);
  scene.events.complete();
  assertEquals(scene.lines, [""]);
});

Deno.test("the progress line tells throughput and time left, and the last accuracy", () => {
  const scene = new Scene(true);
  scene.columns = 120;
  scene.step(1, 1_000);
  scene.step(2, 2_000);
  scene.epochDone(1, { loss: 1, accuracy: 0.953 });
  scene.step(3, 3_000);
  // 53 samples since the first step began at 990 ms; as many are left.
  assertEquals(
    scene.lines.at(-1),
    "epoch 1/2  step 3/3  loss 0.6111  test accuracy 95.30 %  26 samples/s  2.0 s left  50 %",
  );
});

Deno.test("with shifts, the share that is done is of five times as many samples", () => {
  const expanded = { ...facts, run: { ...run, expansion: { type: "shifts" as const } } };
  const scene = new Scene(true, expanded);
  scene.step(1, 1_000);
  // 20 of 2 epochs of 5 times 53 samples.
  assertEquals(scene.lines.at(-1)?.split("  ").at(-1), "3 %");
});

Deno.test("who is refused again and again for the same reason is one line, and a count", () => {
  const scene = new Scene(false);
  const refused = (at: number) => (
    { type: "workerRefused", at, name: "a worker", code: "full", reason: "The run is full" } as const
  );
  for (let at = 0; at < 150; at++) scene.events.next(refused(at));
  scene.events.next({ type: "notice", at: 150, text: "Something." });
  for (let at = 151; at < 200; at++) scene.events.next(refused(at));
  scene.events.complete();
  assertEquals(scene.lines, [
    "Refused a worker (full): The run is full.",
    "Something.",
    "Refused a worker (full) 198 more times.",
    "",
  ]);
});

Deno.test("events are told in a sentence each, or not at all", () => {
  const scene = new Scene(false);
  const events: TrainingEvent[] = [
    { type: "runStarted", at: 0, facts },
    { type: "workerJoined", at: 0, worker },
    { type: "workerLeft", at: 0, worker, reason: "the connection broke", during: 4 },
    { type: "workerLeft", at: 0, worker, reason: "stopped", during: null },
    { type: "workerRefused", at: 0, name: "eve", code: "token", reason: "The token to work is wrong" },
    { type: "rangeReassigned", at: 0, step: 1, range: { first: 0, end: 1 }, from: "a", to: "b", reason: "r" },
    { type: "waiting", at: 0, reason: "Step 4 waits for a worker to join." },
    { type: "resumed", at: 0, waitedMs: 1_500 },
    { type: "notice", at: 0, text: "Something." },
    { type: "runEnded", at: 0, outcome: "completed", reason: "", parametersSha256: "", savedTo: null },
  ];
  events.forEach((event) => scene.events.next(event));
  scene.epochDone(1, { loss: 1, accuracy: 0.5 });
  assertEquals(scene.lines, [
    "ada joined (wasm).",
    "ada is gone during step 4; others take over its leaves: the connection broke.",
    "ada is gone: stopped.",
    "Refused eve (token): The token to work is wrong.",
    "Step 4 waits for a worker to join.",
    "Went on after 1.5 s.",
    "Something.",
    "Epoch 1/2: loss 0.1235, test accuracy 50.00 %, 1,235 samples/s.",
    "",
  ]);
});

Deno.test("formatSeconds() agrees with values by hand", () => {
  const cases: [seconds: number, text: string][] = [
    [0, "0.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [42.4, "42 s"],
    [59.4, "59 s"],
    [59.6, "1:00 min"],
    [60, "1:00 min"],
    [185, "3:05 min"],
    [3_599, "59:59 min"],
    [3_600, "1:00 h"],
    [7_800, "2:10 h"],
    [360_000, "100:00 h"],
    [Infinity, "?"],
    [NaN, "?"],
  ];
  for (const [seconds, text] of cases) assertEquals(formatSeconds(seconds), text, `${seconds}`);
});

Deno.test("formatCount() and formatAccuracy() agree with values by hand", () => {
  assertEquals([0, 999, 1_000, 12_345.6, 1e7].map(formatCount), [
    "0",
    "999",
    "1,000",
    "12,346",
    "10,000,000",
  ]);
  assertEquals([0, 0.953, 1, 0.12345].map(formatAccuracy), ["0.00 %", "95.30 %", "100.00 %", "12.35 %"]);
});
