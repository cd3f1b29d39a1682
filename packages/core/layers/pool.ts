/** A small window of each map becomes one number. */
import type { PoolSize } from "../kernels/kernels.ts";
import { pooledSize } from "../kernels/window_sizes.ts";
import type { Layer } from "./layer.ts";

/** Which number a window becomes. */
export type PoolKind = "maxPool" | "averagePool";

/** x [samples, maps, height, width] -> y [samples, maps, outHeight, outWidth] (Nielsen, chapter 6, "Pooling layers"). */
export function pool(kind: PoolKind, size: PoolSize): Layer {
  const { maps, height, width, poolHeight, poolWidth } = size;
  const out = pooledSize(size);
  return {
    name: `${kind} ${poolHeight}x${poolWidth}`,
    inputs: maps * height * width,
    outputs: maps * out.height * out.width,
    parameters: [],
    bind(kernels, { x, y, dx, dy }) {
      switch (kind) {
        case "maxPool":
          return {
            forward: (samples) => kernels.maxPool(x, y, size, samples),
            backward: ({ samples }) => kernels.maxPoolBackward(x, dy, dx!, size, samples),
          };
        case "averagePool":
          return {
            forward: (samples) => kernels.averagePool(x, y, size, samples),
            backward: ({ samples }) => kernels.averagePoolBackward(dy, dx!, size, samples),
          };
      }
    },
  };
}
