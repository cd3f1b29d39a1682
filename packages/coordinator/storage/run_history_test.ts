import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { readRunHistory } from "./run_history.ts";
import { LOG_NAME } from "./run_log.ts";

/** A line of the log: what a worker saw of one layer after that step. */
function inspected(step: number, norm: number | string): string {
  const layers = [{ trained: { gradientNorms: { weight: norm, bias: norm } }, saturated: 1 / 3 }, {
    trained: null,
  }];
  return JSON.stringify({ type: "layersInspected", at: 1, step, samples: 5, worker: "w", layers });
}

Deno.test("readRunHistory() keeps how the gradients' norms went, without what is done again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tributary-test-" });
  const lines = [inspected(0, 0.5), inspected(40, "NaN"), inspected(90, 0.25)];
  await Deno.writeTextFile(join(folder, LOG_NAME), `${lines.join("\n")}\n`);
  const history = await readRunHistory(folder, 60);
  const rest = { saturated: [0.3333, null], dead: [null, null] };
  assertEquals(history!.gradients, [
    { step: 0, norms: [0.5, null], biases: [0.5, null], ...rest },
    { step: 40, norms: [NaN, null], biases: [NaN, null], ...rest },
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readRunHistory() knows when the log was told something last, also of what is done again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tributary-test-" });
  const step = {
    type: "step",
    step: 1,
    epoch: 1,
    position: 0,
    samples: 1,
    loss: 1,
    accuracy: 0,
    ms: 1,
    at: 250,
  };
  const lines = [{ type: "notice", at: 100, text: "" }, step, { type: "parameters", step: 1, sha256: "" }];
  await Deno.writeTextFile(join(folder, LOG_NAME), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  assertEquals((await readRunHistory(folder, 0))!.lastAt, 250);
  await Deno.remove(folder, { recursive: true });
});
