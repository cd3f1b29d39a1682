/** Tensors, kernels, backprop, layers, losses, optimisers, data sets. No network, no clock, no dependencies. */
export { type Arithmetic, ARITHMETIC_VERSION, ARITHMETICS } from "./arithmetic.ts";
export { type DataSet, inputLength, type Split, SPLIT_NAMES, type SplitName } from "./data/data_set.ts";
export { Arena } from "./kernels/arena.ts";
export type { Address, Kernels, KernelsFactory, Memory } from "./kernels/kernels.ts";
export {
  blockLevel,
  completeTree,
  leafCount,
  type LeafRange,
  rootLevel,
  type Subtree,
  subtreeLeaves,
  subtreesOf,
} from "./leaves/leaf_tree.ts";
export {
  type Activation,
  ACTIVATIONS,
  type DenseDescription,
  type InitialiserName,
  INITIALISERS,
  type LayerDescription,
  LOSSES,
  type LossName,
  type ModelDescription,
} from "./model/description.ts";
export { initialParameters } from "./model/initialise.ts";
export { Network, type NetworkLayout } from "./model/network.ts";
export { type LayerSummary, type ModelPlan, type ParameterTensor, planModel } from "./model/plan.ts";
export { arithmeticProof, proofSamples } from "./model/proof.ts";
export { openWorkspace, type Workspace, type WorkspaceOptions } from "./model/workspace.ts";
export { ResidentData } from "./data/resident_data.ts";
export { sgd, type SgdDescription, type Update } from "./optimisers/sgd.ts";
export { permutation } from "./random/permutation.ts";
export { createReferenceKernels } from "./kernels/reference/reference_kernels.ts";
