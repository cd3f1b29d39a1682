/** A small computation that shows, bit for bit, whether two machines compute the same. */
import type { Kernels } from "../kernels/kernels.ts";
import { fillNormal } from "../random/normal.ts";
import { PURPOSE, RandomStream } from "../random/philox.ts";
import { initialParameters } from "./initialise.ts";
import type { Network } from "./network.ts";

/** Seed of the proof's numbers; any constant will do. */
const SEED = 20_260_101;

/** Values that wrong arithmetic gets wrong: signed zeros, subnormals, exact ties of a rounding, large logits. */
const SPECIAL = [
  0,
  -0,
  1e-40,
  -1e-42,
  1 + 2.384185791015625e-7,
  1 - 5.960464477539063e-8,
  30,
  -30,
  1e-20,
  -1e-25,
];

/** Samples of the proof: one full leaf and a short one. */
export function proofSamples(leafSize: number): number {
  return leafSize + Math.max(1, leafSize >> 1);
}

/**
 * Differentiates the network on drawn samples, one full and one short leaf, and returns what came out as bytes: outputs,
 * gradient (both f32) and loss (f64), little-endian. Equal bytes mean equal arithmetic. Overwrites the network's parameters.
 */
export function arithmeticProof(network: Network, leafSize: number): Uint8Array<ArrayBuffer> {
  const { layout, kernels } = network;
  const { plan } = layout;
  const samples = proofSamples(leafSize);
  const { floats } = kernels.memory;
  floats.set(initialParameters(plan, SEED), layout.parameters);
  const inputs = floats.subarray(layout.values[0], layout.values[0] + samples * plan.inputs);
  fillNormal(inputs, 1, { seed: SEED, purpose: PURPOSE.probe, stream: 0 });
  const random = new RandomStream({ seed: SEED, purpose: PURPOSE.probe, stream: 1 });
  for (let i = 0; i < inputs.length; i++) {
    const draw = random.below(4 * SPECIAL.length);
    if (draw < SPECIAL.length) inputs[i] = SPECIAL[draw];
  }
  floats.fill(0, layout.targets, layout.targets + samples * plan.outputs);
  for (let s = 0; s < samples; s++) {
    floats[layout.targets + s * plan.outputs + random.below(plan.outputs)] = 1;
  }
  network.differentiate({ samples, leafSize }, { seed: SEED, epoch: 0, position: 0 });
  return proofBytes(network, kernels, samples);
}

function proofBytes(network: Network, kernels: Kernels, samples: number): Uint8Array<ArrayBuffer> {
  const { plan, gradient } = network.layout;
  const outputs = samples * plan.outputs;
  kernels.canonicaliseNaN(network.outputs, outputs);
  kernels.canonicaliseNaN(gradient, plan.parameters);
  const { floats } = kernels.memory;
  const bytes = new Uint8Array(4 * (outputs + plan.parameters) + 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < outputs; i++) view.setFloat32(4 * i, floats[network.outputs + i], true);
  for (let i = 0; i < plan.parameters; i++) view.setFloat32(4 * (outputs + i), floats[gradient + i], true);
  view.setFloat64(bytes.length - 8, network.loss === network.loss ? network.loss : NaN, true);
  return bytes;
}
