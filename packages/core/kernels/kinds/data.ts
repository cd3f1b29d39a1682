/** Data. */
import type { Address } from "../address.ts";

/** A batch from a data set that lies in the memory. */
export interface DataKernels {
  /** `y[s, :] = bytes[indices[s], :] / 255`; source: bytes [?, length], indices: words [samples], y [samples, length]. */
  gatherBytes(source: Address, indices: Address, y: Address, samples: number, length: number): void;
  /** `y[s, :] = source[indices[s], :]`; source [?, length], indices: words [samples], y [samples, length]. */
  gatherFloats(source: Address, indices: Address, y: Address, samples: number, length: number): void;
  /** `y[s, j] = labels[indices[s]] == j ? 1 : 0`; labels: bytes, indices: words [samples], y [samples, classes]. */
  gatherOneHot(labels: Address, indices: Address, y: Address, samples: number, classes: number): void;
}
