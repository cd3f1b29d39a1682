/** What a worker saw in each layer. */
import type { Histogram, LayerInsight } from "@tributary/core";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { LayersInspected, RunState } from "../run/run_state.ts";
import { formatCount, formatLoss, formatPercent, joined } from "../words/words.ts";

/** The bar of a gradient's norm is a thousandth of the largest one at its left end: a vanishing gradient shows as a stair. */
const DECADES = 3;

/** All layers. */
export interface LayersView {
  /** When and by whom they were seen, or that they were not yet. */
  note: string;
  rows: LayerRow[];
}

/** One layer. */
export interface LayerRow {
  name: string;
  /** Norms of the mean gradient; null where there is nothing to learn. */
  gradient: {
    weights: string;
    biases: string;
    /** Logarithm of the weights' norm against the largest one of all layers, from 0 to 1. */
    bar: number;
  } | null;
  /** Such as "12.5 % saturated"; empty where its activation has no such state. */
  state: string;
  /** Weights, gradients and outputs, as far as there are any. */
  spreads: Spread[];
}

/** A histogram. */
export interface Spread {
  label: "weights" | "gradients" | "outputs";
  /** Heights of the bins, the largest being 1; empty until they are known. */
  bars: number[];
  /** Such as "-0.25 to 0.5, 3 NaN". */
  range: string;
}

/** Layers in the order of the forward pass; there from the run's start, so that nothing moves when a worker has looked. */
export function layers$(state$: Observable<RunState>): Observable<LayersView> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.facts === b.facts && a.inspected === b.inspected),
    map(({ facts, inspected }) => {
      const layers = inspected?.layers;
      const largest = Math.max(0, ...(layers ?? []).map(weightNorm).filter(Number.isFinite));
      return {
        note: inspected === null ? "No worker has looked yet" : noteOf(inspected),
        rows: (facts?.layers ?? []).map(({ name, parameters }, i) => (
          rowOf(name, parameters > 0, layers?.[i] ?? null, largest)
        )),
      };
    }),
  );
}

function noteOf({ step, samples, worker }: LayersInspected): string {
  return `After step ${formatCount(step)}, on ${formatCount(samples)} training samples, seen by ${worker}`;
}

function rowOf(name: string, isTrained: boolean, layer: LayerInsight | null, largest: number): LayerRow {
  const trained = layer?.trained ?? null;
  return {
    name,
    gradient: isTrained
      ? {
        weights: formatLoss(trained?.gradientNorms.weight ?? null),
        biases: formatLoss(trained?.gradientNorms.bias ?? null),
        bar: layer === null ? 0 : barOf(weightNorm(layer), largest),
      }
      : null,
    state: layer === null ? "" : joined([
      layer.saturated === null ? null : `${formatPercent(layer.saturated, 1)} saturated`,
      layer.dead === null ? null : `${formatPercent(layer.dead, 1)} dead`,
    ]),
    spreads: [
      ...isTrained
        ? [
          spreadOf("weights", trained?.weights ?? null),
          spreadOf("gradients", trained?.gradients ?? null),
        ]
        : [],
      spreadOf("outputs", layer?.activations ?? null),
    ],
  };
}

function weightNorm({ trained }: LayerInsight): number {
  return trained?.gradientNorms.weight ?? 0;
}

function barOf(norm: number, largest: number): number {
  return norm > 0 && norm <= largest ? Math.max(0, 1 + Math.log10(norm / largest) / DECADES) : 0;
}

function spreadOf(label: Spread["label"], histogram: Histogram | null): Spread {
  if (histogram === null) return { label, bars: [], range: "" };
  const { min, max, counts, nan, infinite } = histogram;
  const tallest = Math.max(1, ...counts);
  return {
    label,
    bars: counts.map((count) => count / tallest),
    range: joined([
      `${rounded(min)} to ${rounded(max)}`,
      nan > 0 ? `${formatCount(nan)} NaN` : null,
      infinite > 0 ? `${formatCount(infinite)} infinite` : null,
    ]),
  };
}

/** To two digits: "-0.25", "0.0012", "3.1e-7". */
function rounded(value: number): string {
  return String(Number(value.toPrecision(2)));
}
