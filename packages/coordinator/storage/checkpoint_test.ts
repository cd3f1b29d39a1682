import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { initialParameters, planModel } from "@tributary/core";
import { UserError } from "@tributary/protocol";
import { join } from "node:path";
import { toyRun } from "../../../tests/support/toy.ts";
import {
  checkpointFiles,
  checkpointName,
  decodeCheckpoint,
  encodeCheckpoint,
  newestCheckpoint,
  runIdentity,
} from "./checkpoint.ts";
import { CheckpointWriter } from "./checkpoint_writer.ts";
import { firstCursor } from "../training/cursor.ts";
import type { TrainingState } from "../training/training.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const run = toyRun();
const plan = planModel(run.model);
const identity = await runIdentity(run, "ab".repeat(32));

/** A state with numbers that JSON and text formats like to lose. */
function awkward(step = 5): TrainingState {
  const parameters = initialParameters(plan, 1);
  parameters.set([NaN, -0, Infinity, -Infinity, 1e-45]);
  return {
    cursor: {
      ...firstCursor(),
      step,
      epoch: step - 4,
      position: 40,
      epochLoss: 0.1 + 0.2,
      epochSeconds: -0,
      seconds: 5e-324,
    },
    parameters: new Uint8Array(parameters.buffer),
    last: {
      epochs: 3,
      train: { loss: NaN, accuracy: -0 },
      validation: { loss: -Infinity, accuracy: 1 / 3 },
      test: null,
    },
    settings: { learningRate: 5e-324, weightDecay: -0, batchSize: 20 },
    optimiser: {
      moments: new Map([["mean", new Uint8Array(initialParameters(plan, 2).buffer)]]),
      products: [5e-324, 1],
    },
    progress: { best: { epoch: 2, accuracy: 0.1 + 0.2 }, halvings: 3, waitsSince: 2, ending: null },
  };
}

/** A folder, for as long as `use` takes. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A writer that fails a test when it fails. */
function writer(folder: string, before: () => Promise<void> = () => Promise.resolve()): CheckpointWriter {
  return new CheckpointWriter({
    folder,
    plan,
    identity,
    before,
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
}

const stepsIn = async (folder: string) => (await checkpointFiles(folder)).map(({ step }) => step);

Deno.test("decodeCheckpoint() gives every bit that encodeCheckpoint() was given: NaN, -0, infinities, subnormal numbers", async () => {
  const state = awkward();
  const decoded = await decodeCheckpoint(plan, identity, await encodeCheckpoint(plan, identity, state));
  assertEquals(decoded, state);
  for (const name of ["epochLoss", "epochSeconds", "seconds"] as const) {
    assertEquals(Object.is(decoded.cursor[name], state.cursor[name]), true, name);
  }
  assertEquals(Object.is(decoded.last.train.accuracy, -0), true);
});

Deno.test("decodeCheckpoint() refuses a file that was cut anywhere, or differs in any one byte", async () => {
  const bytes = await encodeCheckpoint(plan, identity, awkward());
  for (let i = 0; i < bytes.length; i += 7) {
    await assertRejects(() => decodeCheckpoint(plan, identity, bytes.subarray(0, i)), Error);
    const changed = bytes.slice();
    changed[i] ^= 1;
    // Spaces after the header mean nothing.
    const isPadding = bytes[i] === 0x20 && bytes[i - 1] === 0x20 || bytes[i + 1] === 0x20;
    if (!isPadding) await assertRejects(() => decodeCheckpoint(plan, identity, changed), Error, "", `${i}`);
  }
});

Deno.test("decodeCheckpoint() refuses a sound checkpoint of another run, data set or arithmetic, each with its sentence", async () => {
  const bytes = await encodeCheckpoint(plan, identity, awkward());
  const cases = [
    [{ ...identity, dataSha256: "" }, "its data set is another one"],
    [await runIdentity({ ...run, seed: 4 }, identity.dataSha256), "its run.json is another one"],
    [{ ...identity, arithmeticVersion: 1_000 }, "arithmetic version"],
  ] as const;
  for (const [other, part] of cases) {
    const error = await assertRejects(() => decodeCheckpoint(plan, other, bytes), UserError);
    assertStringIncludes(error.message, part);
  }
});

Deno.test("a run's identity holds all that decides the bits of a step, and not its epochs, name and description", async () => {
  const same = await runIdentity(
    { ...run, epochs: 9, name: "b", description: "c", dataset: "d" },
    identity.dataSha256,
  );
  assertEquals(same, identity);
  const changes = [
    { batchSize: 21 },
    { leafSize: 4 },
    { seed: 4 },
    { arithmetic: "portable" },
    { regulariser: null },
    { optimiser: { type: "sgd", learningRate: 0.25 } },
  ] as const;
  const hashes = new Set([identity.runSha256]);
  for (const change of changes) {
    hashes.add((await runIdentity({ ...run, ...change }, identity.dataSha256)).runSha256);
  }
  assertEquals(hashes.size, 1 + changes.length);
});

Deno.test("newestCheckpoint() passes damaged ones and later ones over, and says which", async () => {
  await withFolder(async (folder) => {
    for (const step of [8, 9, 10, 11]) {
      const bytes = await encodeCheckpoint(plan, identity, awkward(step));
      await Deno.writeFile(join(folder, checkpointName(step)), step === 10 ? bytes.subarray(0, 99) : bytes);
    }
    const said: string[] = [];
    const query = { plan, identity, say: (line: string) => said.push(line) };
    const { state, later } = await newestCheckpoint(folder, { ...query, epochs: 6 });
    assertEquals([state?.cursor.step, later?.epoch], [9, 7]);
    assertEquals(said.length, 1);
    assertStringIncludes(said[0], "checkpoint-10.safetensors");
    const none = await newestCheckpoint(folder, { ...query, epochs: 3 });
    assertEquals([none.state, none.later?.epoch], [null, 4]);
  });
});

Deno.test("a writer keeps the last three checkpoints, and removes later ones and drafts", async () => {
  await withFolder(async (folder) => {
    const names = [checkpointName(99), `${checkpointName(98)}.new`, "other.new"];
    for (const name of names) await Deno.writeTextFile(join(folder, name), "damaged");
    const checkpoints = writer(folder);
    for (const step of [8, 9, 10, 11]) {
      checkpoints.write(awkward(step));
      await checkpoints.settled();
    }
    assertEquals(await stepsIn(folder), [11, 10, 9]);
    assertEquals([...Deno.readDirSync(folder)].length, 4);
  });
});

Deno.test("a writer says which checkpoint is on the disk when it is there", async () => {
  await withFolder(async (folder) => {
    const said: [step: number, onDisk: boolean][] = [];
    const isThere = (step: number) =>
      [...Deno.readDirSync(folder)].some(({ name }) => name === checkpointName(step));
    const checkpoints = new CheckpointWriter({
      folder,
      plan,
      identity,
      before: () => Promise.resolve(),
      onWritten: (step) => said.push([step, isThere(step)]),
      onFailure: (reason) => {
        throw new Error(reason);
      },
    });
    for (const step of [8, 9]) {
      checkpoints.write(awkward(step));
      await checkpoints.settled();
    }
    assertEquals(said, [[8, true], [9, true]]);
  });
});

Deno.test("a writer writes one at a time: of those that wait, the last", async () => {
  await withFolder(async (folder) => {
    const gate = Promise.withResolvers<void>();
    const checkpoints = writer(folder, () => gate.promise);
    for (const step of [1, 2, 3, 4]) checkpoints.write(awkward(step));
    gate.resolve();
    await checkpoints.settled();
    assertEquals(await stepsIn(folder), [4, 1]);
  });
});

Deno.test("a rollback removes what came after it: written, in flight, or waiting", async () => {
  await withFolder(async (folder) => {
    const checkpoints = writer(folder);
    checkpoints.write(awkward(4));
    await checkpoints.settled();
    checkpoints.write(awkward(7));
    checkpoints.write(awkward(8));
    checkpoints.goBack(6);
    await checkpoints.settled();
    assertEquals(await stepsIn(folder), [4]);
    checkpoints.write(awkward(7));
    await checkpoints.settled();
    assertEquals(await stepsIn(folder), [7, 4]);
  });
});

Deno.test("a checkpoint that cannot be written is told, and the next one is tried again", async () => {
  await withFolder(async (folder) => {
    const reasons: string[] = [];
    const deeper = join(folder, "deeper");
    const before = () => Promise.resolve();
    const onFailure = (reason: string) => void reasons.push(reason);
    const checkpoints = new CheckpointWriter({ folder: deeper, plan, identity, before, onFailure });
    checkpoints.write(awkward(1));
    await checkpoints.settled();
    assertEquals(reasons.length, 1);
    await Deno.mkdir(deeper);
    checkpoints.write(awkward(2));
    await checkpoints.settled();
    assertEquals(await stepsIn(deeper), [2]);
  });
});
