/** The module's exports: the kernels of `kernels/kernels.ts`, with addresses in bytes and sizes as plain arguments. */
export { sumLeaves } from "./sum_leaves";
export { relu, reluBackward, sigmoid, sigmoidBackward, tanh, tanhBackward } from "./activations";
export { convolve, convolveBackward } from "./convolutions";
export { convolveLeaves } from "./convolve_leaves";
export { gatherBytes, gatherFloats, gatherOneHot } from "./data";
export { countCorrect, crossEntropy, logLikelihood, quadratic } from "./losses";
export { matmul, matmulTransposed } from "./matmul";
export { matmulLeaves } from "./matmul_leaves";
export { gatherMoved, gatherWarped, smooth } from "./pictures";
export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from "./pools";
export { dropout, uniform } from "./random";
export { setScratch } from "./scratch";
export { product as registerTile } from "./tiles";
export { softmax, softmaxBackward } from "./softmax";
export { adam, add, canonicaliseNaN, momentum, rmsprop, sgd, squareSum } from "./updates";
