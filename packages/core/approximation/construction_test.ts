import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import { constructBumps, type ConstructionOptions, constructTowers, stepNeuron } from "./construction.ts";
import { DrawnNetwork } from "./drawn_network.ts";
import { parseFormula } from "./formula.ts";
import { type ApproximationTarget, errorsOf, type SampledTarget, sampleTarget } from "./target.ts";

const BOOK: ApproximationTarget = {
  formula: parseFormula("0.2 + 0.4x^2 + 0.3x sin(15x) + 0.05cos(50x)"),
  from: 0,
  to: 1,
};
const HILL: ApproximationTarget = { formula: parseFormula("0.5 + 0.3 sin(6x) cos(5y)"), from: 0, to: 1 };

/** What f32 adds to an error bound here. */
const ROUNDING = 2e-5;

/** Largest |f'| of {@link BOOK}, from its derivative by hand on a fine grid. */
const BOOK_SLOPE = Math.max(
  ...Array.from({ length: 20_001 }, (_, i) => {
    const x = i / 20_000;
    return Math.abs(0.8 * x + 0.3 * Math.sin(15 * x) + 4.5 * x * Math.cos(15 * x) - 2.5 * Math.sin(50 * x));
  }),
);
/** |∇f| of {@link HILL} is at most √(1.8² + 1.5²) by its partial derivatives. */
const HILL_SLOPE = Math.sqrt(1.8 * 1.8 + 1.5 * 1.5);

const kernels = (elements: number) => createWasmKernels(elements, { arithmetic: "exact" });

function valuesOf(target: ApproximationTarget, drawn: SampledTarget, options: ConstructionOptions): number[] {
  const construct = target.formula.variables === 1 ? constructBumps : constructTowers;
  const { model, parameters } = construct(target, options);
  return new DrawnNetwork(model, drawn, kernels).values(parameters);
}

function largestError(target: ApproximationTarget, side: number, options: ConstructionOptions): number {
  const drawn = sampleTarget(target, side);
  return errorsOf(drawn, valuesOf(target, drawn, options)).largest;
}

Deno.test("stepNeuron() steps at s = -b/w, the book's weight 1000 and bias -400 at 0.4", () => {
  assertEquals(stepNeuron(0.4, 1000), { weight: 1000, bias: -400 });
});

Deno.test("constructBumps() of two pieces has the weights that one sets by hand", () => {
  const line = { formula: parseFormula("x"), from: 0, to: 1 };
  const { model, parameters } = constructBumps(line, { pieces: 2, output: "linear", steepness: 100 });
  assertEquals(model.layers.map((layer) => "units" in layer && layer.units), [4, 1]);
  assertEquals([...parameters], [
    ...[100, 100, 100, 100],
    ...[25, -50, -50, -125], // steps at -0.25, 0.5, 0.5 and 1.25
    ...[0.25, -0.25, 0.75, -0.75],
    0,
  ]);
});

for (const steepness of [20, 100]) {
  Deno.test(`bumps with a weight of ${steepness} a width are wrong by at most L·(width/2 + 2 ln 2/w)`, () => {
    const errors = [5, 10, 20, 40, 80].map((pieces) => {
      const w = steepness * pieces;
      const error = largestError(BOOK, 1_000, { pieces, output: "linear", steepness: w });
      const bound = BOOK_SLOPE * (0.5 / pieces + 2 * Math.LN2 / w) + 2 * Math.exp(-steepness / 2) + ROUNDING;
      assert(error <= bound, `${pieces} pieces: ${error}, bound ${bound}`);
      return error;
    });
    for (let i = 1; i < errors.length; i++) assert(errors[i] < 0.75 * errors[i - 1], `${errors}`);
  });
}

Deno.test("with sigmoid output the hidden layer gives σ⁻¹∘f, and the error falls alike", () => {
  // σ is 1/4-Lipschitz, and the slope of σ⁻¹∘f is f'/(f(1 - f)).
  const { values } = sampleTarget(BOOK, 20_000);
  const steepest = BOOK_SLOPE / values.reduce((least, f) => Math.min(least, f * (1 - f)), 1);
  for (const pieces of [5, 20, 80]) {
    const error = largestError(BOOK, 1_000, { pieces, output: "sigmoid" });
    const bound = steepest / 4 * (0.5 / pieces + 2 * Math.LN2 / (100 * pieces)) + ROUNDING;
    assert(error <= bound, `${pieces} pieces: ${error}, bound ${bound}`);
  }
});

for (const output of ["linear", "sigmoid"] as const) {
  Deno.test(`towers with ${output} output are wrong by at most L·width/√2 off their edges, and fewer the more there are`, () => {
    // No point of 32 parts lies on an edge of these, so that steps are over: the nearest is 1/64 of a width away.
    const errors = [2, 4, 8, 16].map((pieces) => {
      const error = largestError(HILL, 32, { pieces, output });
      // The slope is 1/4·1/(f(1 - f)) times as large at most behind a sigmoid: f is from 0.2 to 0.8.
      const slope = HILL_SLOPE * (output === "sigmoid" ? 0.25 / 0.16 : 1);
      const bound = slope * Math.SQRT1_2 / pieces + 1e-4;
      assert(error <= bound, `${pieces} pieces: ${error}, bound ${bound}`);
      return error;
    });
    for (let i = 1; i < errors.length; i++) assert(errors[i] < 0.75 * errors[i - 1], `${errors}`);
  });
}

Deno.test("where four towers meet, none is on", () => {
  const corner = { side: 1, points: new Float32Array([0.5, 0.5]), values: new Float64Array([1]) };
  const one = { formula: parseFormula("1 + 0y"), from: 0, to: 1 };
  assertAlmostEquals(valuesOf(one, corner, { pieces: 2, output: "linear" })[0], 0, 1e-6);
  const inside = { ...corner, points: new Float32Array([0.25, 0.75]) };
  assertAlmostEquals(valuesOf(one, inside, { pieces: 2, output: "linear" })[0], 1, 1e-6);
});

Deno.test("another interval than 0 to 1 has its bumps where they belong", () => {
  const wave = { formula: parseFormula("10 sin(x)"), from: -3, to: 5 };
  const error = largestError(wave, 500, { pieces: 80, output: "linear" });
  assert(error <= 10 * (0.1 / 2 + 2 * Math.LN2 / 1_000) + 1e-3, `${error}`);
});

Deno.test("a sigmoid output refuses values that it cannot give, naming the place", () => {
  const line = { formula: parseFormula("2x"), from: 0, to: 1 };
  assertThrows(
    () => constructBumps(line, { pieces: 2, output: "sigmoid" }),
    RangeError,
    "Cannot construct 2x with a sigmoid output as it is 1.5 at x = 0.75: use a linear output",
  );
});

Deno.test("sampleTarget() refuses an empty interval and a place without a finite value", () => {
  const root = parseFormula("sqrt(x) y");
  assertThrows(
    () => sampleTarget({ formula: root, from: 1, to: 1 }, 4),
    RangeError,
    "from 1 to 1: wanted a smaller",
  );
  assertThrows(
    () => sampleTarget({ formula: root, from: -1, to: 1 }, 4),
    RangeError,
    "Cannot approximate sqrt(x) y as it is NaN at x = -0.75, y = -0.75",
  );
});
