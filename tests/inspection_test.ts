/**
 * Somebody looks into the network while it trains: no bit of it changes. Real roster, trainer and sessions, joined by
 * connections in memory. The oracles are a plain loop over core, and a description made from that loop's parameters.
 */
import { assert, assertEquals } from "@std/assert";
import { RangeComputation } from "@tributary/core";
import { MemoryRun } from "./support/memory_run.ts";
import { toyDataSet, toyRun, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const dataSet = toyDataSet({ validation: 10 });
const run = toyRun({ epochs: 4 });
const alone = trainAlone(run, dataSet);
/** As often as can be. */
const watching = { isWatched: () => true, pauseMinMs: 0, pauseFactor: 0 };

Deno.test("1 to 4 workers train the same bits whether somebody watches or not, and every look is at the parameters of its step", async () => {
  const ranges = new RangeComputation(run, dataSet, wasm("exact"));
  for (let workers = 1; workers <= 4; workers++) {
    await using training = await MemoryRun.prepare(run, dataSet, undefined, watching);
    const { trainer } = training;
    const known = new Map([[0, trainer.parameters()]]);
    trainer.steps$.subscribe(({ step }) => known.set(step, trainer.parameters()));
    await training.joinAll(...new Array(workers).fill({}));
    await training.train();
    assertEquals(trainer.parameters(), alone, `${workers} workers`);
    const looks = training.eventsOf("layersInspected");
    assert(looks.length >= 4, `${looks.length} looks of ${workers} workers at 12 steps`);
    assertEquals(looks[0].step, 0);
    for (const { step, samples, layers } of looks) {
      ranges.parameters.set(known.get(step)!);
      assertEquals(layers, ranges.inspect(samples), `step ${step}`);
    }
  }
});

Deno.test("a worker that is lost while it looks costs nothing but its share, and another one looks", async () => {
  await using training = await MemoryRun.prepare(run, dataSet, undefined, watching);
  await training.joinAll({ looksMax: 0 }, { looksMax: 0 }, { looksMax: 0 }, {});
  await training.train();
  assertEquals(training.trainer.parameters(), alone);
  assert(training.eventsOf("workerLeft").length >= 1, "nobody was lost");
  const looked = new Set(training.eventsOf("layersInspected").map(({ worker }) => worker));
  assertEquals([...looked], ["worker-4"]);
});

Deno.test("nobody looks while nobody watches", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll({});
  await training.train();
  assertEquals(training.eventsOf("layersInspected"), []);
});
