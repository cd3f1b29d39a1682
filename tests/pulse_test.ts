/**
 * How a cluster does, as those who look on are told: the real roster, trainer and sessions, joined by connections in memory, and
 * once real processes.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { printedLinks } from "./support/join_links.ts";
import { MemoryRun } from "./support/memory_run.ts";
import { RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { toyDataSet, toyRun } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";
import { Watcher } from "./support/watcher.ts";

const dataSet = toyDataSet();
const run = toyRun({ epochs: 4 });

Deno.test("a step is told with a bar for each range, in the order in which things happen, and no bit changes", async () => {
  const watching = { isWatched: () => true, pauseMinMs: 1e9 };
  await using training = await MemoryRun.prepare(run, dataSet, undefined, { watching });
  await training.joinAll({}, {}, {});
  await training.train();
  const { trainer } = training;
  assertEquals(trainer.parameters(), trainAlone(run, dataSet));
  const { workers, timeline } = trainer.pulse();
  const { bars, step, roundMs, ms, omitted } = timeline!;
  assert(step >= 1 && roundMs <= ms && omitted === 0, `step ${step}: ${roundMs} of ${ms} ms`);
  assertEquals(bars.map(({ worker }) => worker), [1, 2, 3]);
  for (const { askedMs, answeredMs, computeMs, late, takenOver } of bars) {
    assert(0 <= askedMs && askedMs <= answeredMs! && answeredMs! <= roundMs, JSON.stringify(bars));
    assert(computeMs > 0 && !late && !takenOver);
  }
  assertEquals(workers.map(({ id }) => id), [1, 2, 3]);
  for (const { busyMs, computeMs, silentMs } of workers) {
    assert(busyMs > 0 && computeMs > 0 && silentMs >= 0, JSON.stringify(workers));
  }
});

Deno.test("a range that a lost worker owed is told as taken over by another one", async () => {
  const watching = { isWatched: () => true, pauseMinMs: 1e9 };
  await using training = await MemoryRun.prepare(run, dataSet, undefined, { watching });
  // The first step alone is recorded: the run is over before the next one is due.
  await training.joinAll({}, { answersMax: 0 });
  const seen: number[][] = [];
  training.trainer.steps$.subscribe(() => {
    const bars = training.trainer.pulse().timeline?.bars ?? [];
    seen.push(
      bars.map(({ worker, takenOver, answeredMs }) => worker * (takenOver ? -1 : 1) * (answeredMs ? 1 : 10)),
    );
  });
  await training.train();
  assertEquals(seen[0], [1, 20, -1], "worker 2 never answered, and worker 1 did its part as well");
});

Deno.test("nobody looks on: no step is recorded", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll({});
  await training.train();
  assertEquals(training.trainer.pulse().timeline, null);
});

Deno.test("of real processes, it is told when requests had left, and what the cost model says of the workers", async () => {
  await using run = await SmallRun.make({ epochs: 100_000 });
  await using task = RunningTask.start("train", [run.path, "--port", "0", "--workers", "2"]);
  const { port } = await printedLinks(task);
  await using watcher = await Watcher.open(port);
  const { timeline, speedup, workers } = await watcher.until("a pulse with all figures", () => {
    const { pulse } = watcher;
    const isWhole = pulse?.speedup && pulse.timeline?.bars.some(({ sentMs }) => sentMs !== null);
    return isWhole ? pulse : undefined;
  });
  assertEquals(workers.map(({ id }) => id).toSorted(), [1, 2]);
  for (const { askedMs, sentMs, answeredMs } of timeline!.bars) {
    assert(sentMs === null || sentMs >= askedMs, JSON.stringify(timeline));
    assert(answeredMs === null || answeredMs <= timeline!.roundMs, JSON.stringify(timeline));
  }
  const { used, samples, leaves, predictedMs, computeMs, wireMs, ownMs, measuredMs } = speedup!;
  assertEquals([speedup!.workers, samples, leaves], [2, 20, 4]);
  assert(used >= 1 && used <= 2 && measuredMs > 0, JSON.stringify(speedup));
  assertAlmostEquals(computeMs + wireMs + ownMs, predictedMs, 1e-9);
});
