/** What a network says of one sample. */
import type { Network } from "./network.ts";

/**
 * The network's outputs, [outputs]; a copy. Overwrites the first row of its batch.
 *
 * @param input [inputs]; bytes stand for themselves divided by 255, as in a data set.
 * @throws {RangeError} when it has another length.
 */
export function predict(network: Network, input: Uint8Array | Float32Array): Float32Array {
  const { layout: { values, plan }, kernels: { memory: { floats } }, outputs } = network;
  if (input.length !== plan.inputs) {
    throw new RangeError(`Cannot predict as a sample has ${plan.inputs} inputs: there are ${input.length}`);
  }
  const isBytes = input instanceof Uint8Array;
  for (let i = 0; i < input.length; i++) {
    floats[values[0] + i] = isBytes ? Math.fround(input[i] / 255) : input[i];
  }
  network.forward(1);
  return Float32Array.from(floats.subarray(outputs, outputs + plan.outputs));
}
