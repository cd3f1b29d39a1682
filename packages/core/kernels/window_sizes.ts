/** What follows from the sizes of convolutions and poolings. */
import type { ConvolutionSize, PoolSize } from "./kernels.ts";

/** Rows and columns of a map. */
export interface MapSize {
  height: number;
  width: number;
}

/** Size of the maps after a convolution; less than 1 where the kernel is larger than the padded map. */
export function convolvedSize(size: Omit<ConvolutionSize, "inputs" | "outputs">): MapSize {
  const { height, width, kernelHeight, kernelWidth, stride, padding } = size;
  return {
    height: Math.floor((height + 2 * padding - kernelHeight) / stride) + 1,
    width: Math.floor((width + 2 * padding - kernelWidth) / stride) + 1,
  };
}

/** Size of the maps after a pooling; less than 1 where the window is larger than the map. */
export function pooledSize(
  { height, width, poolHeight, poolWidth, stride }: Omit<PoolSize, "maps">,
): MapSize {
  return {
    height: Math.floor((height - poolHeight) / stride) + 1,
    width: Math.floor((width - poolWidth) / stride) + 1,
  };
}

/**
 * Elements of workspace that the convolution kernels need for up to `samplesMax` samples: one padded sample and the
 * gradients on the leaf tree's stack, with rows of whole vectors; or one padded sample or spread derivative, the weights in another order, and an offset for
 * each element of a window.
 */
export function convolutionWorkspace(size: ConvolutionSize, samplesMax: number): number {
  const { inputs, height, width, outputs, kernelHeight, kernelWidth, padding } = size;
  const weights = outputs * inputs * kernelHeight * kernelWidth;
  const padded = inputs * (height + 2 * padding) * (width + 2 * padding);
  const spread = outputs * (height + kernelHeight - 1) * (width + kernelWidth - 1);
  const waitingMax = 32 - Math.clz32(samplesMax - 1);
  const gradient = (inputs * kernelHeight * kernelWidth + 1) * 4 * Math.ceil(outputs / 4);
  const reordered = weights + kernelHeight * kernelWidth;
  return Math.max(padded + (1 + waitingMax) * gradient, Math.max(padded, spread) + reordered);
}
