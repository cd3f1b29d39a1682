/**
 * Kernels, backprop, layers, losses, optimisers, data sets; `trainNetwork()` puts them together. No network, no clock, no
 * dependencies.
 */
export {
  approximate,
  type ApproximateOptions,
  type ApproximationEvent,
  type ConstructionEvent,
  type FitEvent,
  type HiddenStep,
  type TargetEvent,
} from "./approximation/approximate.ts";
export {
  constructBumps,
  type ConstructionOptions,
  constructTowers,
  stepNeuron,
} from "./approximation/construction.ts";
export { DrawnNetwork, type ParameterisedModel } from "./approximation/drawn_network.ts";
export { fitDefaults, fitModel, type FitOptions, type FitState, fitTarget } from "./approximation/fit.ts";
export { type Formula, parseFormula } from "./approximation/formula.ts";
export {
  type ApproximationErrors,
  type ApproximationTarget,
  errorsOf,
  type SampledTarget,
  sampleTarget,
} from "./approximation/target.ts";
export { type Arithmetic, ARITHMETIC_VERSION, ARITHMETICS } from "./arithmetic.ts";
export { checkDataSet } from "./data/check_data_set.ts";
export { splitSamples } from "./data/constant_split.ts";
export { csvDataSet } from "./data/csv_data_set.ts";
export { decodeDataSet, encodeDataSet } from "./data/data_blob.ts";
export { type DataSet, inputLength, type Split, SPLIT_NAMES, type SplitName } from "./data/data_set.ts";
export {
  type DistortionsDescription,
  type ExpansionDescription,
  expansionMistake,
  samplesPerEpoch,
  type ShiftsDescription,
} from "./data/expansion.ts";
export { type IdxArray, parseIdx } from "./data/idx.ts";
export { limitTraining } from "./data/limit_training.ts";
export { ResidentData } from "./data/resident_data.ts";
export { largest, type Vote, vote } from "./ensemble/vote.ts";
export { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./files/safetensors.ts";
export { type GradientNorms, layerGradientNorms } from "./insight/gradient_norms.ts";
export { type Histogram, HISTOGRAM_BINS } from "./insight/histogram.ts";
export {
  insightMistake,
  inspectLayers,
  type LayerInsight,
  type TrainedInsight,
} from "./insight/layer_insight.ts";
export { startingGradientNorms, type StartingNormsOptions } from "./insight/starting_norms.ts";
export { Arena } from "./kernels/arena.ts";
export type {
  ActivationKernels,
  AdamOptions,
  Address,
  ConvolutionKernels,
  ConvolutionSize,
  DataKernels,
  DrawKey,
  FieldSize,
  GradientOptions,
  Kernels,
  KernelsFactory,
  LeafSize,
  LossKernels,
  Memory,
  MomentumOptions,
  PictureKernels,
  PictureSize,
  PoolKernels,
  PoolSize,
  ProductKernels,
  ProductSize,
  RandomKernels,
  RmspropOptions,
  SharedPlace,
  UpdateKernels,
  Warp,
} from "./kernels/kernels.ts";
export { convolvedSize, type MapSize } from "./kernels/window_sizes.ts";
export { createReferenceKernels, type ReferenceOptions } from "./kernels/reference/reference_kernels.ts";
export { ArithmeticUnavailableError } from "./kernels/wasm/arithmetic_unavailable_error.ts";
export { createWasmKernels } from "./kernels/wasm/wasm_kernels.ts";
export { allocateShared, canShareMemory } from "./kernels/wasm/wasm_memory.ts";
export { GrowingTree } from "./leaves/growing_tree.ts";
export { defaultLeafSize } from "./leaves/default_leaf_size.ts";
export {
  blockLevel,
  completeSubtree,
  completeTree,
  leafCount,
  type LeafRange,
  namedSubtreeLeaves,
  rootLevel,
  type Subtree,
  subtreeLeaves,
  subtreesOf,
} from "./leaves/leaf_tree.ts";
export {
  type Activation,
  ACTIVATIONS,
  type ConvolutionDescription,
  type DenseDescription,
  type DropoutDescription,
  type FlattenDescription,
  type InitialiserName,
  INITIALISERS,
  type LayerDescription,
  LOSSES,
  type LossName,
  type ModelDescription,
  type PoolDescription,
} from "./model/description.ts";
export {
  type BoundLayer,
  elementCount,
  type Layer,
  type LayerAddresses,
  type ParameterShape,
  type TrainingSamples,
} from "./layers/layer.ts";
export type { BoundLoss, LossAddresses } from "./losses/loss.ts";
export { initialParameters } from "./model/initialise.ts";
export { layOutNetwork, Network, type NetworkLayout } from "./model/network.ts";
export {
  elementwiseLoss,
  type Model,
  type OwnLayer,
  type OwnLoss,
  sumOverSamples,
} from "./model/own_parts.ts";
export type { PlannedLayer } from "./model/plan_layer.ts";
export { type LayerSummary, type ModelPlan, type ParameterTensor, planModel } from "./model/plan.ts";
export { predict } from "./model/predict.ts";
export { arithmeticProof, proofSamples } from "./model/proof.ts";
export {
  RangeComputation,
  type RangeComputationOptions,
  type RangeSums,
  type StepSamples,
  type SubtreeSums,
  type Sums,
} from "./model/range_computation.ts";
export { type AnsweredSplit, answerSplit, type SplitAnswers } from "./model/answer_split.ts";
export { openWorkspace, type Workspace, type WorkspaceOptions } from "./model/workspace.ts";
export type {
  AdamDescription,
  MomentumDescription,
  OptimiserDescription,
  RegulariserDescription,
  RmspropDescription,
  SgdDescription,
} from "./optimisers/description.ts";
export {
  type Optimiser,
  optimiserOf,
  type OptimiserState,
  type UpdatedTensor,
  type UpdateStep,
} from "./optimisers/optimiser.ts";
export { sgd } from "./optimisers/sgd.ts";
export { Updater, type UpdaterOptions, type UpdateSettings } from "./optimisers/updater.ts";
export {
  learnPerceptron,
  mistakeBound,
  type PerceptronEvent,
  type PerceptronOutcome,
  type PerceptronResult,
  type PerceptronSample,
} from "./perceptron/learn.ts";
export { type Bit, fire, halfAdder, NAND, NOT, type Perceptron } from "./perceptron/perceptron.ts";
export type { GrayPicture } from "./pictures/gray_picture.ts";
export { toInput } from "./pictures/to_input.ts";
export { permutation } from "./random/permutation.ts";
export { PURPOSE, type Purpose, RandomStream, type StreamKey } from "./random/philox.ts";
export { BATCH_SIZE_MAX, type Rule, type RuleName, RULES, wholeNumber } from "./rules.ts";
export {
  afterEpoch,
  type BestEpoch,
  type EarlyStoppingDescription,
  needsValidation,
  NO_PROGRESS,
  type Progress,
  type ProgressRules,
} from "./schedules/progress.ts";
export { learningRateFactor, type ScheduleDescription, type SchedulePoint } from "./schedules/schedule.ts";
export { Crew, type CrewInvitation, serveCrew } from "./threads/crew.ts";
export type { CrewOptions, CrewUpdate } from "./threads/crew_member.ts";
export { ThreadFailedError } from "./threads/meeting.ts";
export { type SplitResult, TrainedNetwork } from "./training/trained_network.ts";
export {
  type EpochReport,
  type OwnOptimiser,
  trainNetwork,
  type TrainOptions,
} from "./training/train_network.ts";
