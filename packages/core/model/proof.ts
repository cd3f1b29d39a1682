/** A small computation that shows, bit for bit, whether two machines compute the same. */
import type { TrainingSamples } from "../layers/layer.ts";
import { fillNormal } from "../random/normal.ts";
import { PURPOSE, RandomStream } from "../random/philox.ts";
import { initialParameters } from "./initialise.ts";
import type { Network } from "./network.ts";
import type { ModelPlan } from "./plan.ts";

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
  const { plan, parameters, gradient } = network.layout;
  const { kernels } = network;
  const { floats } = kernels.memory;
  const samples = proofSamples(leafSize);
  floats.set(proofParameters(plan), parameters);
  drawProofSamples(network, samples);
  network.differentiate({ samples, leafSize }, proofPass(0));
  kernels.canonicaliseNaN(network.outputs, samples * plan.outputs);
  kernels.canonicaliseNaN(gradient, plan.parameters);
  return proofBytes(
    floats.subarray(network.outputs, network.outputs + samples * plan.outputs),
    floats.subarray(gradient, gradient + plan.parameters),
    network.loss,
  );
}

/** The parameters of the proof. */
export function proofParameters(plan: ModelPlan): Float32Array {
  return initialParameters(plan, SEED);
}

/** A pass over the samples of the proof from the `position`-th on. */
export function proofPass(position: number): TrainingSamples {
  return { seed: SEED, epoch: 0, position };
}

/** Writes the samples of the proof where a network has its input and its targets. */
export function drawProofSamples({ layout, kernels }: Network, samples: number): void {
  const { plan } = layout;
  const { floats } = kernels.memory;
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
}

type Floats = Float32Array | Float64Array;

/** The proof's bytes, from numbers whose NaN is canonical. */
export function proofBytes(outputs: Floats, gradient: Floats, loss: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * (outputs.length + gradient.length) + 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < outputs.length; i++) view.setFloat32(4 * i, outputs[i], true);
  for (let i = 0; i < gradient.length; i++) view.setFloat32(4 * (outputs.length + i), gradient[i], true);
  view.setFloat64(bytes.length - 8, loss === loss ? loss : NaN, true);
  return bytes;
}
