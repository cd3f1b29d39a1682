import { assertAlmostEquals } from "@std/assert";
import { below, ordinary } from "../test_numbers.ts";
import { createReferenceKernels } from "./reference_kernels.ts";

const kernels = createReferenceKernels(1000, { rounding: "none" });
const { floats } = kernels.memory;
const random = below(71);

/** Relative size of the step of a central difference: its error is about STEP². */
const STEP = 1e-5;
const TOLERANCE = 1e-8;

const [Z, A, DY, DZ, T, W] = [0, 100, 200, 300, 400, 500];

for (const kernel of ["sigmoid", "tanh", "relu"] as const) {
  Deno.test(`${kernel}Backward() agrees with central differences`, () => {
    const n = 13;
    floats.set(ordinary(n, random), Z);
    floats.set(ordinary(n, random), DY);
    kernels[kernel](Z, A, n);
    kernels[`${kernel}Backward`](A, DY, DZ, n);
    assertDerivatives(Z, DZ, n, () => {
      kernels[kernel](Z, A, n);
      return dot(A, DY, n);
    });
  });
}

Deno.test("softmaxBackward() agrees with central differences", () => {
  const [samples, n] = [3, 7];
  floats.set(ordinary(samples * n, random), Z);
  floats.set(ordinary(samples * n, random), DY);
  kernels.softmax(Z, A, samples, n);
  kernels.softmaxBackward(A, DY, DZ, samples, n);
  assertDerivatives(Z, DZ, samples * n, () => {
    kernels.softmax(Z, A, samples, n);
    return dot(A, DY, samples * n);
  });
});

Deno.test("the derivative of quadratic() agrees with central differences", () => {
  const leaves = { samples: 5, leafSize: 2 };
  setTargets(5 * 3);
  floats.set(ordinary(5 * 3, random), A);
  kernels.quadratic(A, T, DY, 3, leaves);
  assertDerivatives(A, DY, 5 * 3, () => kernels.quadratic(A, T, W, 3, leaves));
});

Deno.test("the derivative of crossEntropy() of sigmoid outputs agrees with central differences", () => {
  const leaves = { samples: 5, leafSize: 2 };
  setTargets(5 * 3);
  floats.set(ordinary(5 * 3, random), Z);
  kernels.sigmoid(Z, A, 5 * 3);
  kernels.crossEntropy(Z, A, T, DZ, 3, leaves);
  assertDerivatives(Z, DZ, 5 * 3, () => kernels.crossEntropy(Z, A, T, W, 3, leaves));
});

Deno.test("the derivative of logLikelihood() of softmax outputs agrees with central differences", () => {
  const leaves = { samples: 5, leafSize: 2 };
  floats.fill(0, T, T + 5 * 3);
  for (let s = 0; s < 5; s++) floats[T + 3 * s + random(3)] = 1;
  floats.set(ordinary(5 * 3, random), Z);
  kernels.softmax(Z, A, 5, 3);
  kernels.logLikelihood(Z, A, T, DZ, 3, leaves);
  assertDerivatives(Z, DZ, 5 * 3, () => kernels.logLikelihood(Z, A, T, W, 3, leaves));
});

Deno.test("matmulTransposed() and matmulLeaves() are the derivatives of matmul(), sumLeaves() of its bias", () => {
  const [m, k, n] = [5, 4, 3];
  const leaves = { samples: m, leafSize: 2 };
  const [x, w, bias, y, dy, dx, dw, db] = [0, 100, 200, 300, 400, 500, 600, 700];
  floats.set(ordinary(m * k, random), x);
  floats.set(ordinary(k * n, random), w);
  floats.set(ordinary(n, random), bias);
  floats.set(ordinary(m * n, random), dy);
  kernels.matmulTransposed(dy, w, dx, { m, k: n, n: k });
  kernels.matmulLeaves(x, dy, dw, { m: k, k: m, n }, leaves.leafSize);
  kernels.sumLeaves(dy, db, n, leaves);
  const loss = () => {
    kernels.matmul(x, w, y, { m, k, n }, bias);
    return dot(y, dy, m * n);
  };
  assertDerivatives(x, dx, m * k, loss);
  assertDerivatives(w, dw, k * n, loss);
  assertDerivatives(bias, db, n, loss);
});

/** Asserts `d[i] = ∂f/∂x[i]` for n elements. */
function assertDerivatives(x: number, d: number, n: number, f: () => number): void {
  const derivatives = floats.slice(d, d + n);
  for (let i = 0; i < n; i++) {
    const value = floats[x + i];
    floats[x + i] = value + STEP;
    const above = f();
    floats[x + i] = value - STEP;
    const difference = (above - f()) / (2 * STEP);
    floats[x + i] = value;
    assertAlmostEquals(derivatives[i], difference, TOLERANCE);
  }
}

function dot(a: number, b: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += floats[a + i] * floats[b + i];
  return sum;
}

function setTargets(n: number): void {
  for (let i = 0; i < n; i++) floats[T + i] = random(100) / 100;
}
