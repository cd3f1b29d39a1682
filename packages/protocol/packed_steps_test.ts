import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { emptySteps, type StepColumns } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { packSteps, STEP_BYTES, STEP_COLUMNS, unpackSteps, viewSteps } from "./packed_steps.ts";

/** Columns of equal length, of any numbers. */
const columns = fc.array(fc.tuple(...STEP_COLUMNS.map(() => fc.double()))).map((rows): StepColumns => {
  const steps = emptySteps();
  for (const row of rows) STEP_COLUMNS.forEach((name, i) => steps[name].push(row[i]));
  return steps;
});

Deno.test("unpackSteps() gives every number that packSteps() got, NaN, infinities and -0 too", () => {
  fc.assert(fc.property(columns, (steps) => {
    const unpacked = unpackSteps(packSteps(steps));
    for (const name of STEP_COLUMNS) {
      assertEquals(unpacked[name].length, steps[name].length);
      steps[name].forEach((value, i) => {
        if (!Object.is(unpacked[name][i], value)) {
          throw new Error(`${name} ${i}: ${unpacked[name][i]} for ${value}`);
        }
      });
    }
  }));
});

Deno.test("packSteps() of rows gives the bytes that unpackSteps() reads as these rows alone", () => {
  const steps = unpackSteps(
    packSteps(
      {
        step: [1, 2, 3],
        loss: [4, 5, 6],
        accuracy: [0, 0, 1],
        samples: [7, 7, 7],
        ms: [1, 2, 3],
        at: [8, 9, 10],
      },
      1,
      3,
    ),
  );
  assertEquals(steps, {
    step: [2, 3],
    loss: [5, 6],
    accuracy: [0, 1],
    samples: [7, 7],
    ms: [2, 3],
    at: [9, 10],
  });
});

Deno.test("packSteps() writes columns of little-endian 64-bit floats, the layout of the document", () => {
  const bytes = packSteps({
    step: [1, 2],
    loss: [0.5, 0],
    accuracy: [0, 0],
    samples: [0, 0],
    ms: [0, 0],
    at: [0, 0],
  });
  assertEquals(bytes.length, 2 * STEP_BYTES);
  assertEquals(bytes.subarray(0, 24).toHex(), "000000000000f03f" + "0000000000000040" + "000000000000e03f");
});

Deno.test("unpackSteps() refuses bytes of no whole number of steps", () => {
  assertThrows(() => unpackSteps(new Uint8Array(STEP_BYTES + 8)), RangeError, "got 56");
});

Deno.test("viewSteps() sees the numbers that unpackSteps() reads", () => {
  fc.assert(fc.property(columns.filter(({ step }) => step.length > 0), (steps) => {
    const bytes = packSteps(steps);
    const seen = viewSteps(bytes.buffer), read = unpackSteps(bytes);
    for (const name of STEP_COLUMNS) assertEquals([...seen[name]], read[name]);
  }));
});

Deno.test("viewSteps() refuses no step, parts of steps, and more steps than a message may have", () => {
  for (const bytes of [0, 8, STEP_BYTES + 8, STEP_BYTES * (LIMITS.packedStepsMax + 1)]) {
    assertThrows(() => viewSteps(new ArrayBuffer(bytes)), RangeError, `got ${bytes}`);
  }
  assertEquals(
    viewSteps(new ArrayBuffer(STEP_BYTES * LIMITS.packedStepsMax)).at.length,
    LIMITS.packedStepsMax,
  );
});
