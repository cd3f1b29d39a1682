/** The order in which an epoch visits the samples. */
import { RandomStream, type StreamKey } from "./philox.ts";

/**
 * A permutation of 0 to `count` - 1, by Fisher and Yates' shuffle: every order is equally likely, and every machine that
 * knows the key finds the same one.
 *
 * @param key `stream` is the epoch for the order of samples.
 */
export function permutation(count: number, key: StreamKey): Uint32Array {
  const order = new Uint32Array(count);
  const random = new RandomStream(key);
  for (let i = 0; i < count; i++) {
    const j = random.below(i + 1);
    order[i] = order[j];
    order[j] = i;
  }
  return order;
}
