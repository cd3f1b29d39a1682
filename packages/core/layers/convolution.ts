/** Neurons that look at a small field of the input, and share their weights with all neurons of their map. */
import type { ConvolutionSize } from "../kernels/kernels.ts";
import { convolutionWorkspace, convolvedSize } from "../kernels/window_sizes.ts";
import type { Layer } from "./layer.ts";

/**
 * `y[o] = Σ_c W[o, c] ⋆ x[c] + b[o]`; x [samples, inputs, height, width], W [outputs, inputs, kernelHeight, kernelWidth],
 * b [outputs] -> y [samples, outputs, outHeight, outWidth] (Nielsen, chapter 6, eq. 125).
 */
export function convolution(size: ConvolutionSize): Layer {
  const { inputs, height, width, outputs, kernelHeight, kernelWidth } = size;
  const out = convolvedSize(size);
  const fanIn = inputs * kernelHeight * kernelWidth, fanOut = outputs * kernelHeight * kernelWidth;
  return {
    name: `convolution ${outputs} of ${kernelHeight}x${kernelWidth}`,
    inputs: inputs * height * width,
    outputs: outputs * out.height * out.width,
    parameters: [
      { name: "weight", shape: [outputs, inputs, kernelHeight, kernelWidth], fanIn, fanOut },
      { name: "bias", shape: [outputs], fanIn, fanOut },
    ],
    outputIsFree: true,
    workspace: (samplesMax) => convolutionWorkspace(size, samplesMax),
    bind: (kernels, { x, y, dx, dy, parameters: w, gradient: dw, workspace }) => ({
      forward(samples) {
        kernels.convolve(x, w, y, size, samples, workspace); // z = W ⋆ x + b
      },
      backward(leaves) {
        kernels.convolveLeaves(x, dy, dw, size, leaves, workspace); // dC/dW = Σ x ⋆ δ, dC/db = Σ δ
        if (dx !== null) kernels.convolveBackward(dy, w, dx, size, leaves.samples, workspace); // dC/dx = Wᵀ ⋆ δ
      },
    }),
  };
}
