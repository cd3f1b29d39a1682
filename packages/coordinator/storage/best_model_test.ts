import { assertEquals, assertRejects } from "@std/assert";
import { initialParameters, planModel } from "@tributary/core";
import { UserError } from "@tributary/protocol";
import { join } from "node:path";
import { toyRun } from "../../../tests/support/toy.ts";
import { BEST_NAME, BestModel } from "./best_model.ts";
import { loadModel, readSavedResult } from "./model_folder.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const run = toyRun();
const plan = planModel(run.model);
const parametersOf = (seed: number) => new Uint8Array(initialParameters(plan, seed).buffer);

Deno.test("the best model can be loaded like any other, until a better one or a step back takes its place", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const failures: string[] = [];
    const best = new BestModel({ folder, run, plan, onFailure: (reason) => failures.push(reason) });
    const place = join(folder, BEST_NAME);
    best.keep({ epoch: 1, accuracy: 0.5 }, parametersOf(1));
    best.keep({ epoch: 3, accuracy: 0.75 }, parametersOf(3));
    await best.settled();
    assertEquals((await loadModel(place)).parameters, initialParameters(plan, 3));
    const { epochs, validationAccuracy } = (await readSavedResult(place))!;
    assertEquals([epochs, validationAccuracy], [3, 0.75]);
    best.goBack({ epoch: 3, accuracy: 0.75 });
    await best.settled();
    await loadModel(place);
    best.goBack({ epoch: 1, accuracy: 0.5 });
    await best.settled();
    await assertRejects(() => loadModel(place), UserError, "Cannot load a model");
    assertEquals(failures, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a best model that cannot be written is told, and nothing is thrown", async () => {
  const failures: string[] = [];
  const folder = "/dev/null/nowhere";
  const best = new BestModel({ folder, run, plan, onFailure: (reason) => failures.push(reason) });
  best.keep({ epoch: 1, accuracy: 0.5 }, parametersOf(1));
  await best.settled();
  assertEquals(failures.length, 1);
});
