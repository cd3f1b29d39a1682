/** Normally distributed numbers. */
import { cosTurns, sinTurns } from "../math/turns.ts";
import { log64 } from "../math/log64.ts";
import { RandomStream, type StreamKey } from "./philox.ts";

/**
 * Fills `target` with draws from N(0, standardDeviation²), by Box and Muller's transform in f64 with our own logarithm and
 * sine, rounded to the element type once.
 */
export function fillNormal(
  target: Float32Array | Float64Array,
  standardDeviation: number,
  key: StreamKey,
): void {
  const random = new RandomStream(key);
  for (let i = 0; i < target.length; i += 2) {
    const radius = standardDeviation * Math.sqrt(-2 * log64(1 - random.uniform()));
    const turns = random.uniform();
    target[i] = radius * cosTurns(turns);
    if (i + 1 < target.length) target[i + 1] = radius * sinTurns(turns);
  }
}
