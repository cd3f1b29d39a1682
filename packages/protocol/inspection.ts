/** Looking into a network while it learns: what is asked of a worker, and what it tells of each layer. */
import { HISTOGRAM_BINS, type LayerInsight } from "@tributary/core";
import * as v from "valibot";
import { wireNumber } from "./json.ts";
import { LIMITS } from "./limits.ts";

/** Coordinator to worker: describe the layers, with the parameters of that step. */
export interface Inspect {
  type: "inspect";
  /** Names this exchange; comes back with the answer. */
  id: number;
  /** Number of updates that the parameters to use have seen. */
  step: number;
  /**
   * Size of the probe: sample i of it is sample `floor(i · count / samples)` of the training split, in the data set's order. At
   * most `LIMITS.probeSamplesMax`.
   */
  samples: number;
}

/** Worker to coordinator: the answer to inspect. Nobody computes it again: it is for people, and decides nothing. */
export interface Inspected {
  type: "inspected";
  id: number;
  /** One per described layer of the model. */
  layers: LayerInsight[];
}

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const finite = v.pipe(wireNumber, v.finite());
/** NaN and infinity happen, where a run diverges. */
const norm = v.pipe(wireNumber, v.check((value) => !(value < 0)));
const share = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const histogram = v.pipe(
  v.object({
    min: finite,
    max: finite,
    counts: v.pipe(v.array(count), v.length(HISTOGRAM_BINS)),
    nan: count,
    infinite: count,
  }),
  v.check(({ min, max }) => min <= max),
);

const layer: v.GenericSchema<unknown, LayerInsight> = v.object({
  trained: v.nullable(v.object({
    gradientNorms: v.object({ weight: norm, bias: norm }),
    weights: histogram,
    gradients: histogram,
  })),
  activations: histogram,
  saturated: share,
  dead: share,
});

/** Of {@link Inspect}. */
export const inspectSchema = v.object({
  type: v.literal("inspect"),
  id: uint32,
  step: uint32,
  samples: v.pipe(uint32, v.minValue(1), v.maxValue(LIMITS.probeSamplesMax)),
});

/** Of {@link Inspected}; whether the layers are those of the model is `insightMistake()`'s matter. */
export const inspectedSchema = v.object({
  type: v.literal("inspected"),
  id: uint32,
  layers: v.pipe(v.array(layer), v.minLength(1), v.maxLength(LIMITS.layersInspectedMax)),
});
