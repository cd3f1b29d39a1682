/** The three matrix products of training as machine code. */
import type { Address, Kernels, ProductSize } from "@tributary/core";
import { checkSizes, type MemoryBounds } from "./memory_bounds.ts";
import { PlanCache } from "./plan_cache.ts";
import type { PlanRunner } from "./plan_runner.ts";
import type { ProductPlans } from "./product_plans.ts";

/** Operands are at most so large that every distance within fits into an instruction; larger ones are left to wasm. */
const OPERAND_ELEMENTS_MAX = 2 ** 28;

/** A plan grows with the number of blocks and panels; products with more of them, about 100,000 calls, are left to wasm. */
const PARTS_MAX = 2 ** 19;

/** The kernels that this makes. */
export type Products = Pick<Kernels, "matmul" | "matmulTransposed" | "matmulLeaves">;

/** What they need: `wasm` computes what they cannot. */
export interface ProductsOptions {
  plans: ProductPlans;
  runner: PlanRunner;
  bounds: MemoryBounds;
  wasm: Kernels;
}

/** Makes the products. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeProducts({ plans, runner, bounds, wasm }: ProductsOptions): Products {
  const plain = new PlanCache(same, (size) => plans.product(size, false, false));
  const biased = new PlanCache(same, (size) => plans.product(size, false, true));
  const transposed = new PlanCache(same, (size) => plans.product(size, true, false));
  const leaves = new PlanCache(same, (size, leafSize) => plans.leaves(size, leafSize));

  /** Checks the operands; for aᵀ the numbers of elements are the same. @returns whether native code can do it. */
  function check(a: Address, b: Address, y: Address, { m, k, n }: ProductSize, leafSize = 1): boolean {
    checkSizes(m, k, n, leafSize);
    bounds.check(a, m * k);
    bounds.check(b, k * n);
    bounds.check(y, m * n);
    const parts = Math.ceil(m / 64) * Math.ceil(k / 256) * Math.ceil(n / 8) + m / 4;
    return Math.max(m * k, k * n, m * n) <= OPERAND_ELEMENTS_MAX && parts <= PARTS_MAX;
  }

  return {
    matmul(a, b, y, size, bias) {
      if (bias !== undefined) bounds.check(bias, size.n);
      if (!check(a, b, y, size)) wasm.matmul(a, b, y, size, bias);
      else if (bias === undefined) runner.run(plain.get(size), a, b, y);
      else runner.run(biased.get(size), a, b, y, bias);
    },
    matmulTransposed(a, b, y, size) {
      if (!check(a, b, y, size)) wasm.matmulTransposed(a, b, y, size);
      else runner.run(transposed.get(size), a, b, y);
    },
    matmulLeaves(a, b, y, size, leafSize) {
      if (!check(a, b, y, size, leafSize)) wasm.matmulLeaves(a, b, y, size, leafSize);
      else runner.run(leaves.get(size, Math.min(leafSize, size.k)), a, b, y);
    },
  };
}

function same(x: ProductSize, y: ProductSize): boolean {
  return x.m === y.m && x.k === y.k && x.n === y.n;
}
