/** Training in one process, without a coordinator: the same parts as in a run with workers, and so the same bits. */
import type { Arithmetic } from "../arithmetic.ts";
import { checkDataSet } from "../data/check_data_set.ts";
import type { DataSet } from "../data/data_set.ts";
import { type ExpansionDescription, samplesPerEpoch } from "../data/expansion.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import { defaultLeafSize } from "../leaves/default_leaf_size.ts";
import { blockLevel } from "../leaves/leaf_tree.ts";
import { initialParameters } from "../model/initialise.ts";
import type { Model } from "../model/own_parts.ts";
import type { Network } from "../model/network.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import type { OptimiserDescription, RegulariserDescription } from "../optimisers/description.ts";
import { type Optimiser, optimiserOf } from "../optimisers/optimiser.ts";
import { Updater } from "../optimisers/updater.ts";
import { afterEpoch, NO_PROGRESS, type ProgressRules } from "../schedules/progress.ts";
import { learningRateFactor } from "../schedules/schedule.ts";
import { checkTrainOptions } from "./check_options.ts";
import { type SplitResult, TrainedNetwork } from "./trained_network.ts";

/** An optimiser of one's own. */
export interface OwnOptimiser {
  type: "own";
  learningRate: number;
  rule: Optimiser;
}

/**
 * What is trained, on what, and how. Everything that is also in a run description means the same there, but the parts of layers,
 * optimisers, schedules and expansions that have defaults there are written out here.
 */
export interface TrainOptions extends ProgressRules {
  dataSet: DataSet;
  /** From input to output; the last one has as many outputs as there are classes. */
  layers: Model["layers"];
  /** By default the cross-entropy, for sigmoid outputs. */
  loss?: Model["loss"];
  /** By default `scaled`. */
  initialiser?: Model["initialiser"];
  /** How parameters follow the gradient, and the learning rate η. */
  optimiser: OptimiserDescription | OwnOptimiser;
  /** What is added to the loss against overfitting; by default nothing. */
  regulariser?: RegulariserDescription | null;
  /** How more training samples are made of those that there are; by default, none are. */
  expansion?: ExpansionDescription;
  /** Largest norm of a step's mean gradient, over all parameters; a longer one is shortened to it. By default no bound. */
  gradientNormMax?: number;
  /** How often every training sample is used, unless `schedule` or `earlyStopping` end the training before. */
  epochs: number;
  /** Samples per step. */
  batchSize: number;
  /** By default `defaultLeafSize(batchSize)`. */
  leafSize?: number;
  /** By default 1. */
  seed?: number;
  /** By default `exact`; `portable` where the engine has no fused multiply-add. */
  arithmetic?: Arithmetic;
  /** What computes; by default WebAssembly in that arithmetic. */
  kernels?: KernelsFactory;
  /** Evaluate the training split, too, after each epoch: it costs a pass forward over it. By default false. */
  monitorTraining?: boolean;
  /** Called after each epoch. */
  onEpoch?(epoch: EpochReport): void;
}

/** What an epoch reached. */
export interface EpochReport {
  /** From 1. */
  epoch: number;
  /** Means over the epoch, as its samples were visited. */
  train: SplitResult;
  /** Of the training split with the parameters of the epoch's end, where `monitorTraining` asks for it. */
  trainAtEnd?: SplitResult;
  /** Null where the data set has no such split. */
  validation: SplitResult | null;
}

/**
 * Trains a network.
 *
 * ```ts
 * const network = trainNetwork({
 *   dataSet,
 *   layers: [{ type: "dense", units: 30, activation: "sigmoid" }, { type: "dense", units: 10, activation: "sigmoid" }],
 *   optimiser: { type: "sgd", learningRate: 0.5 },
 *   epochs: 10,
 *   batchSize: 10,
 * });
 * console.log(network.evaluate("test").accuracy, network.predict(picture));
 * ```
 *
 * @throws {RangeError} when an option is missing or not what it may be, when the layers do not fit each other, the loss or the
 *   data set, and when the training diverges: the loss or a parameter is no longer finite.
 * @throws {ArithmeticUnavailableError} when this machine cannot compute in that arithmetic.
 */
export function trainNetwork(options: TrainOptions): TrainedNetwork {
  checkTrainOptions(options);
  const { layers, loss = "crossEntropy", initialiser = "scaled", expansion, epochs, batchSize } = options;
  const { leafSize = defaultLeafSize(batchSize), seed = 1, arithmetic = "exact", regulariser } = options;
  const { kernels = (elements) => createWasmKernels(elements, { arithmetic }), schedule } = options;
  const dataSet = checkDataSet(options.dataSet);
  const plan = planModel({ input: [...dataSet.inputShape], layers, loss, initialiser });
  if (plan.outputs !== dataSet.classes) {
    throw new RangeError(
      `Cannot train a model of ${plan.outputs} outputs on ${dataSet.classes} classes: change the last layer`,
    );
  }
  const optimiser = options.optimiser.type === "own"
    ? options.optimiser.rule
    : optimiserOf(options.optimiser);
  const samplesMax = Math.max(batchSize, leafSize << blockLevel(leafSize));
  const moments = optimiser.moments.length;
  const workspace = openWorkspace({ plan, samplesMax, dataSet, expansion, moments, kernels });
  const { network, data } = workspace;
  const { layout, kernels: { memory } } = network;
  const trained = new TrainedNetwork(workspace, { dataSet, leafSize });
  const trainingSamples = samplesPerEpoch(dataSet.train.count, expansion);
  const { gradientNormMax } = options;
  const updater = new Updater(network, {
    optimiser,
    regulariser: regulariser ?? null,
    gradientNormMax,
    trainingSamples,
  });
  memory.floats.set(initialParameters(plan, seed), layout.parameters);

  const batch = { seed, epoch: 0, position: 0, samples: 0 };
  const leaves = { samples: 0, leafSize };
  const settings = { learningRate: 0, weightDecay: regulariser?.weightDecay ?? 0 };
  const point = { step: 0, epoch: 0 };
  let progress = NO_PROGRESS;
  for (let epoch = 1; epoch <= epochs && progress.ending === null; epoch++) {
    batch.epoch = point.epoch = epoch;
    let lossSum = 0, correct = 0;
    for (let position = 0; position < trainingSamples; position += batchSize) {
      point.step++;
      batch.position = position;
      batch.samples = leaves.samples = Math.min(batchSize, trainingSamples - position);
      data!.gatherTraining(batch, layout.values[0], layout.targets);
      network.differentiate(leaves, batch);
      if (!Number.isFinite(network.loss)) {
        throw diverged(`the loss ${nameOf(loss)} is ${network.loss} in step ${point.step}`, epoch);
      }
      settings.learningRate = options.optimiser.learningRate * learningRateFactor(schedule, point, progress);
      updater.update(leaves.samples, settings);
      lossSum += network.loss;
      correct += network.correct;
    }
    const ruined = firstNotFinite(network);
    if (ruined !== null) throw diverged(`the parameters ${ruined} are no longer finite`, epoch);
    const validation = dataSet.validation === null ? null : trained.evaluate("validation");
    progress = afterEpoch(progress, { epoch, accuracy: validation?.accuracy ?? null }, options);
    const trainAtEnd = options.monitorTraining ? { trainAtEnd: trained.evaluate("train") } : {};
    const train = { loss: lossSum / trainingSamples, accuracy: correct / trainingSamples };
    options.onEpoch?.({ epoch, train, ...trainAtEnd, validation });
  }
  return trained;
}

function nameOf(loss: Model["loss"]): string {
  return typeof loss === "string" ? loss : loss.name;
}

/** The first tensor that holds an element which is NaN or infinite, or null. What is not finite stays so, step by step. */
function firstNotFinite(
  { layout: { parameters, plan }, kernels: { memory: { floats } } }: Network,
): string | null {
  const tensor = plan.tensors.find(({ offset, length }) =>
    !floats.subarray(parameters + offset, parameters + offset + length).every(Number.isFinite)
  );
  return tensor?.name ?? null;
}

function diverged(what: string, epoch: number): RangeError {
  return new RangeError(
    `Cannot go on with the training as it diverged: ${what}, in epoch ${epoch}; try a lower learning rate`,
  );
}
