import { assert, assertEquals } from "@std/assert";
import type { Experiment } from "./catalog.ts";
import { EXPERIMENTS, findExperiment } from "./catalog.ts";
import type { TrainedRun } from "./trained_run.ts";
import { judge, median, ROW_HEAD, verdictRow, verdictText } from "./verdict.ts";
import { readRun } from "../storage/run_source.ts";
import { planModel } from "@tributary/core";

const experiment: Experiment = {
  name: "sgd-30",
  chapter: 1,
  title: "784-30-10",
  runs: ["sgd-30"],
  seeds: [1, 2, 3],
  measure: { split: "test", epoch: "last" },
  verdict: "median",
  book: "95.42 %",
  wanted: 0.948,
};

const trained = (seed: number, accuracy: number): TrainedRun => ({
  run: "sgd-30",
  seed,
  folder: "",
  epochs: 30,
  seconds: 40,
  accuracy,
  parametersSha256: `hash${seed}`,
});

Deno.test("median() is the middle value, or the mean of the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 2, 3]), 2.5);
});

Deno.test("a median of seeds counts a run that got stuck, and reaches what the middle run reaches", () => {
  const runs = [trained(1, 0.95), trained(2, 0.1), trained(3, 0.948)];
  assertEquals(judge(experiment, runs, null), { figure: 0.948, reached: true });
  assertEquals(judge({ ...experiment, wanted: 0.9481 }, runs, null).reached, false);
});

Deno.test("a difference is the first run's accuracy less the second's", () => {
  const difference: Experiment = { ...experiment, verdict: "difference", wanted: 0.03 };
  const { figure, reached } = judge(difference, [trained(1, 0.9375), trained(1, 0.875)], null);
  assertEquals(figure, 0.0625);
  assert(reached);
});

Deno.test("the report lists every seed with its hash, and says that a figure was not reached", () => {
  const runs = [trained(1, 0.9), trained(2, 0.1), trained(3, 0.92)];
  const text = verdictText(experiment, runs, judge(experiment, runs, null));
  for (const { seed } of runs) assert(text.includes(`seed ${seed}`) && text.includes(`hash${seed}`));
  assert(text.endsWith("wanted 94.80 %: NOT reached."), text);
});

Deno.test("a row of the table has a cell for each column of its head", () => {
  const runs = [trained(1, 0.9)];
  const cells = (line: string) => line.split(" | ").length;
  assertEquals(
    cells(verdictRow(experiment, runs, judge(experiment, runs, null))),
    cells(ROW_HEAD.split("\n")[0]),
  );
});

Deno.test("every experiment of the catalog has runs that can be read and planned, and names are unique", async () => {
  assertEquals(new Set(EXPERIMENTS.map(({ name }) => name)).size, EXPERIMENTS.length);
  for (const { name, runs } of EXPERIMENTS) {
    assertEquals(findExperiment(name).name, name);
    for (const run of runs) {
      const description = await readRun(run, {});
      assertEquals(description.name, run);
      assertEquals(planModel(description.model).outputs, 10);
    }
  }
});
