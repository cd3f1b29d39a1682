/** What the tests of this folder share: a look at eight samples of three classes. */
import type { Look } from "./model_now.ts";
import type { SampleSet } from "./samples.ts";

/** Pictures of 1 x 2. */
export const SAMPLES: SampleSet = {
  count: 8,
  shape: [1, 2],
  classes: 3,
  inputs: Uint8Array.from({ length: 16 }, (_, i) => i),
  labels: Uint8Array.of(0, 0, 0, 1, 1, 1, 1, 2),
};

/** Of label 0, one is taken for 1; of label 1, two are taken for 2; label 2 is taken for 0. */
export const LOOK: Look = {
  step: 12,
  samples: SAMPLES,
  answers: Uint8Array.of(0, 1, 0, 1, 2, 1, 2, 0),
  confidences: Float32Array.of(0.9, 0.5, 0.8, 0.7, 0.6, 0.95, 0.85, 0.75),
  losses: Float64Array.of(0.1, 2, 0.2, 0.3, 1, 0.05, 3, NaN),
  loss: 0.8,
  ms: 5,
};
