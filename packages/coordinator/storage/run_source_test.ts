import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { parseRunDescription, UserError } from "@tributary/protocol";
import { toyDataSet, toyRun } from "../../../tests/support/toy.ts";
import { experimentNames, planRun, readRun } from "./run_source.ts";

/** A file with this text, for as long as `use` takes. */
async function withFile<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

async function assertUserError(action: () => Promise<unknown>, ...parts: string[]): Promise<void> {
  const error = await assertRejects(action, UserError);
  assertEquals(error.exitCode, 2);
  for (const part of parts) assertStringIncludes(error.message, part);
}

Deno.test("readRun() reads every experiment by its name", async () => {
  const names = await experimentNames();
  assertStringIncludes(names.join(), "quickstart");
  for (const name of names) assertEquals((await readRun(name, {})).name, name);
});

Deno.test("readRun() reads a file by its path", async () => {
  const run = toyRun();
  assertEquals(await withFile(JSON.stringify(run), (path) => readRun(path, {})), run);
});

Deno.test("readRun() of an unknown name lists those that there are", async () => {
  await assertUserError(() => readRun("quikstart", {}), 'Cannot find the run "quikstart"', "quickstart");
});

Deno.test("readRun() of a path that is no file says so", async () => {
  await assertUserError(() => readRun("none/run.json", {}), "none/run.json", "there is no such file");
  const folder = await Deno.makeTempDir();
  await assertUserError(() => readRun(folder, {}), folder, "it is a folder");
  await Deno.remove(folder);
});

Deno.test("readRun() of broken JSON names the line and the column", async () => {
  const cases: [text: string, place: string][] = [
    ['{\n  "name": "x",,\n}', "(line 2 column 15)"],
    ['{\n  "name": "x"\n  "epochs": 1\n}', "(line 3 column 3)"],
    ['{\n  "epochs": ten\n}', "(line 2 column 14)"],
    ['{ "name": "x", ', "(line 1 column 16)"],
    ["", "(line 1 column 1)"],
  ];
  for (const [text, place] of cases) {
    await withFile(
      text,
      (path) => assertUserError(() => readRun(path, {}), `Cannot read ${path} as JSON`, `${place}.`),
    );
  }
});

Deno.test("readRun() of JSON that is no run description names the field", async () => {
  await withFile(
    JSON.stringify({ ...toyRun(), epochs: 0 }),
    (path) => assertUserError(() => readRun(path, {}), path, "epochs"),
  );
  await withFile("[]", (path) => assertUserError(() => readRun(path, {}), path));
});

Deno.test("options override the fields of a run and nothing else", async () => {
  const run = toyRun();
  const changes = { dataset: "mnist", epochs: 9, seed: 8, leafSize: 4, arithmetic: "portable" } as const;
  const changed = await withFile(
    JSON.stringify(run),
    (path) => readRun(path, { ...changes, learningRate: 0.25 }),
  );
  assertEquals(changed, { ...run, ...changes, optimiser: { type: "sgd", learningRate: 0.25 } });
});

Deno.test("another batch size brings its own default leaf size, unless one is given", async () => {
  const text = JSON.stringify(toyRun());
  const leafSizes = await withFile(text, async (path) => [
    (await readRun(path, { batchSize: 128 })).leafSize,
    (await readRun(path, { batchSize: 128, leafSize: 7 })).leafSize,
    (await readRun(path, {})).leafSize,
  ]);
  assertEquals(leafSizes, [16, 7, 3]);
});

Deno.test("planRun() infers the shapes of a run that fits its data", () => {
  const plan = planRun(toyRun(), toyDataSet());
  assertEquals([plan.inputs, plan.outputs, plan.parameters], [4, 3, 4 * 5 + 5 + 5 * 3 + 3]);
});

Deno.test("planRun() says what does not fit, and what to do", () => {
  const data = toyDataSet();
  const layers = (units: number) => [{ type: "dense" as const, units, activation: "softmax" as const }];
  const model = { ...toyRun().model };
  const cases: [changes: object, ...parts: string[]][] = [
    [{ model: { ...model, input: [5] } }, "takes 5 inputs", "a sample has 4", "set model.input to [4]"],
    [{ model: { ...model, layers: layers(4) } }, "has 4 outputs", "3 classes", "units to 3"],
    [{ batchSize: 54 }, "a batch of 54 samples", "training split of 53", "--batch-size"],
    [
      { model: { ...model, layers: [...layers(200_000_000), ...layers(200_000_000), ...layers(3)] } },
      "40000001",
      "268435456",
    ],
  ];
  for (const [changes, ...parts] of cases) {
    const run = parseRunDescription({ ...toyRun(), ...changes }, "run.json");
    const error = assertThrows(() => planRun(run, data), UserError);
    assertEquals(error.exitCode, 2);
    for (const part of parts) assertStringIncludes(error.message, part);
  }
});
