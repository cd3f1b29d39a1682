/** Ten steps from the same weights on the same batches, against PyTorch: `torch_steps.py` made the files beside this test. */
import { assert, assertEquals } from "@std/assert";
import {
  ARITHMETICS,
  decodeSafetensors,
  type KernelsFactory,
  type ModelDescription,
  openWorkspace,
  type OptimiserDescription,
  optimiserOf,
  planModel,
  type StoredTensor,
  Updater,
} from "@tributary/core";
import { reference, wasm } from "../support/toy.ts";

/** Largest difference over largest weight, for each tensor. */
const TOLERANCE = 1e-5;

/** What the metadata of a file says. */
interface Description extends Pick<ModelDescription, "input" | "layers" | "loss"> {
  learning_rate: number;
  weight_decay: number;
  /** Its learning rate is the one above; missing: stochastic gradient descent. */
  optimiser?: OptimiserDescription;
  gradient_norm_max?: number;
  batch: number;
  training_samples: number;
}

/** Any small one: it changes bits, not values. */
const LEAF_SIZE = 3;

function readSteps(name: string): {
  description: Description;
  tensor: (name: string) => StoredTensor & { data: Float32Array };
} {
  const bytes = Deno.readFileSync(new URL(`torch_${name}.safetensors`, import.meta.url));
  const { tensors, metadata } = decodeSafetensors(bytes);
  return {
    description: JSON.parse(metadata.get("description")!),
    tensor(name) {
      const found = tensors.get(name);
      assert(found !== undefined && found.data instanceof Float32Array, `the file has the tensor ${name}`);
      return { shape: found.shape, data: found.data };
    },
  };
}

/** Trains on the file's batches. @returns the largest relative difference of any tensor, and of any loss. */
function differences(name: string, kernels: KernelsFactory): { parameters: number; losses: number } {
  const { description, tensor } = readSteps(name);
  const { batch: samples } = description;
  const plan = planModel({ ...description, initialiser: "scaled" });
  const learningRate = description.learning_rate, weightDecay = description.weight_decay;
  const optimiser = optimiserOf({ type: "sgd", learningRate, ...description.optimiser });
  const moments = optimiser.moments.length;
  const { network } = openWorkspace({ plan, samplesMax: samples, dataSet: null, moments, kernels });
  const { layout, kernels: { memory } } = network;
  const updater = new Updater(network, {
    optimiser,
    regulariser: null,
    gradientNormMax: description.gradient_norm_max,
    trainingSamples: description.training_samples,
  });
  for (const { name, shape, offset } of plan.tensors) {
    const start = tensor(`start.${name}`);
    assertEquals(start.shape, shape, name);
    memory.floats.set(start.data, layout.parameters + offset);
  }
  const [inputs, targets, losses] = ["inputs", "targets", "losses"].map((name) => tensor(name).data);
  assertEquals(losses.length, 10);
  const lossDifferences = Array.from(losses, (wanted, step) => {
    const at = step * samples;
    memory.floats.set(inputs.subarray(at * plan.inputs, (at + samples) * plan.inputs), layout.values[0]);
    memory.floats.set(targets.subarray(at * plan.outputs, (at + samples) * plan.outputs), layout.targets);
    network.differentiate({ samples, leafSize: LEAF_SIZE }, { seed: 1, epoch: 1, position: at });
    updater.update(samples, { learningRate, weightDecay });
    return Math.abs(network.loss / samples - wanted) / wanted;
  });
  const parameterDifferences = plan.tensors.map(({ name, offset }) => {
    const first = layout.parameters + offset;
    const end = tensor(`end.${name}`).data;
    assert(largest(end.map((value, i) => value - tensor(`start.${name}`).data[i])) > 1e-3, `${name} learns`);
    return largest(end.map((value, i) => value - memory.floats[first + i])) / largest(end);
  });
  return { parameters: Math.max(...parameterDifferences), losses: Math.max(...lossDifferences) };
}

function largest(values: Float32Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

for (
  const name of [
    "dense",
    "dense_tanh",
    "convolution",
    "convolution_deep",
    "momentum",
    "nesterov",
    "rmsprop",
    "adam",
  ]
) {
  for (const arithmetic of ARITHMETICS) {
    Deno.test(`ten steps of ${name} equal PyTorch's to 1e-5 in ${arithmetic} arithmetic`, () => {
      for (const kernels of [wasm(arithmetic), reference(arithmetic)]) {
        const { parameters, losses } = differences(name, kernels);
        assert(parameters <= TOLERANCE, `parameters differ by ${parameters}`);
        assert(losses <= TOLERANCE, `losses differ by ${losses}`);
      }
    });
  }
}
