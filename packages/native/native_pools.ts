/** Max-pooling of 2x2 as machine code; other windows, averages, and maps with NaN are left to wasm. */
import type { Kernels, PoolSize } from "@tributary/core";
import { checkSizes } from "./memory_bounds.ts";
import type { NativeParts } from "./native_parts.ts";
import { PlanCache } from "./plan_cache.ts";
import { maxPool, maxPoolBackward, POOLS } from "./programs/pools.ts";

/** A program has code for every vector of a row; longer rows are left to wasm. */
const WIDTH_MAX = 1024;

/** The kernels that this makes. */
export type Pools = Pick<Kernels, "maxPool" | "maxPoolBackward">;

/** Makes the kernels. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativePools({ programs, runner, bounds, wasm }: NativeParts): Pools {
  const { code } = runner;
  const sameWidth = (x: PoolSize, y: PoolSize) => x.width === y.width;
  const forward = new PlanCache(sameWidth, ({ width }) => programs.get("maxPool", { width }, maxPool));
  const backward = new PlanCache(
    sameWidth,
    ({ width }) => programs.get("maxPoolBackward", { width }, maxPoolBackward),
  );

  /** Sets the arguments that both programs have. */
  function setArguments(x: number, y: number, { maps, height, width }: PoolSize, samples: number): void {
    const elements = samples * maps * height * width;
    bounds.check(x, elements);
    bounds.check(y, elements / 4);
    code.argument(POOLS.x, runner.address(x));
    code.argument(POOLS.y, runner.address(y));
    code.argument(POOLS.count, samples * maps * height / 2);
  }

  return {
    maxPool(x, y, size, samples) {
      if (!isNative(size, samples)) return wasm.maxPool(x, y, size, samples);
      setArguments(x, y, size, samples);
      code.run(forward.get(size));
      if (code.word(POOLS.notFinite) !== 0) wasm.maxPool(x, y, size, samples);
    },
    maxPoolBackward(x, dy, dx, size, samples) {
      if (!isNative(size, samples)) return wasm.maxPoolBackward(x, dy, dx, size, samples);
      setArguments(x, dy, size, samples);
      bounds.check(dx, samples * size.maps * size.height * size.width);
      code.argument(POOLS.dx, runner.address(dx));
      code.run(backward.get(size));
      if (code.word(POOLS.notFinite) !== 0) wasm.maxPoolBackward(x, dy, dx, size, samples);
    },
  };
}

/**
 * Whether there is machine code for a pooling.
 *
 * @throws {RangeError} when a size is none.
 */
function isNative(
  { maps, height, width, poolHeight, poolWidth, stride }: PoolSize,
  samples: number,
): boolean {
  checkSizes(samples, maps, height, width);
  return poolHeight === 2 && poolWidth === 2 && stride === 2 && height % 2 === 0 && width % 2 === 0 &&
    width <= WIDTH_MAX;
}
