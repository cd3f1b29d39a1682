import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { initialParameters, planModel } from "@tributary/core";
import { sha256Hex, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { toyRun } from "../../../tests/support/toy.ts";
import { loadModel, makeModelFolder, modelFolderName, saveModel, type TrainedModel } from "./model_folder.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const run = toyRun();
const plan = planModel(run.model);

async function trained(): Promise<TrainedModel> {
  const parameters = initialParameters(plan, 1);
  parameters[0] = NaN;
  parameters[1] = -0;
  return { run, plan, parameters, parametersSha256: await sha256Hex(new Uint8Array(parameters.buffer)) };
}

/** A folder with a saved model, for as long as `use` takes. */
async function withModel(use: (folder: string, model: TrainedModel) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  const model = await trained();
  const folder = join(parent, "deeper", "model");
  try {
    await saveModel(folder, model, { loss: NaN });
    await use(folder, model);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

async function assertUserError(folder: string, ...parts: string[]): Promise<void> {
  const error = await assertRejects(() => loadModel(folder), UserError);
  for (const part of parts) assertStringIncludes(error.message, part);
}

Deno.test("loadModel() gives the run, the bytes and the hash that saveModel() was given", async () => {
  await withModel(async (folder, model) => {
    const loaded = await loadModel(folder);
    assertEquals(loaded.run, model.run);
    assertEquals(new Uint8Array(loaded.parameters.buffer), new Uint8Array(model.parameters.buffer));
    assertEquals(loaded.parametersSha256, model.parametersSha256);
    assertEquals(loaded.plan.parameters, plan.parameters);
  });
});

Deno.test("saveModel() leaves three files, no draft, and the result as JSON that keeps NaN", async () => {
  await withModel(async (folder) => {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["parameters.safetensors", "result.json", "run.json"]);
    assertEquals(JSON.parse(await Deno.readTextFile(join(folder, "result.json"))), { loss: "NaN" });
  });
});

Deno.test("saveModel() into a folder with a model replaces it", async () => {
  await withModel(async (folder, model) => {
    const parameters = initialParameters(plan, 2);
    const parametersSha256 = await sha256Hex(new Uint8Array(parameters.buffer));
    await saveModel(folder, { ...model, parameters, parametersSha256 }, {});
    assertEquals((await loadModel(folder)).parametersSha256, parametersSha256);
  });
});

Deno.test("loadModel() says which file is missing, and what was wanted", async () => {
  await assertUserError("/nowhere/model", "Cannot load a model from /nowhere/model", "run.json");
  await withModel(async (folder) => {
    await assertUserError(join(folder, "run.json"), "no run.json in it");
    await Deno.remove(join(folder, "parameters.safetensors"));
    await assertUserError(folder, "no parameters.safetensors in it");
  });
});

Deno.test("loadModel() refuses a run description that is broken or wrong", async () => {
  await withModel(async (folder) => {
    const path = join(folder, "run.json");
    await Deno.writeTextFile(path, "{");
    await assertUserError(folder, `Cannot read ${path} as JSON`);
    await Deno.writeTextFile(path, JSON.stringify({ ...run, epochs: 0 }));
    await assertUserError(folder, path, "epochs");
  });
});

Deno.test("loadModel() refuses parameters that are cut, of another model, or differ from their hash in one bit", async () => {
  await withModel(async (folder, model) => {
    const path = join(folder, "parameters.safetensors");
    const bytes = await Deno.readFile(path);
    for (const length of [0, 7, 100, bytes.length - 1]) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assertUserError(folder, `Cannot load the model ${path}`);
    }
    const flipped = bytes.slice();
    flipped[flipped.length - 1] ^= 1;
    await Deno.writeFile(path, flipped);
    await assertUserError(folder, `Cannot load the model ${path}`, model.parametersSha256);
    await Deno.writeFile(path, bytes);
    const layers = [{ type: "dense", units: 3, activation: "softmax" }];
    await Deno.writeTextFile(
      join(folder, "run.json"),
      JSON.stringify({ ...run, model: { ...run.model, layers } }),
    );
    await assertUserError(folder, "1.weight of 12 numbers");
  });
});

Deno.test("modelFolderName() is the local time and the run's name, in the order of time", () => {
  assertEquals(modelFolderName(run, new Date(2026, 0, 31, 7, 5, 9)), "2026-01-31-070509-toy");
});

Deno.test("makeModelFolder() gives runs of one name that start in one second folders of their own", async () => {
  const parent = await Deno.makeTempDir();
  const now = new Date(2026, 0, 31, 7, 5, 9);
  const folders = await Promise.all([1, 2, 3].map(() => makeModelFolder(join(parent, "runs"), run, now)));
  const name = "2026-01-31-070509-toy";
  assertEquals(folders.sort(), ["", "-2", "-3"].map((end) => join(parent, "runs", `${name}${end}`)));
  await Deno.remove(parent, { recursive: true });
});
