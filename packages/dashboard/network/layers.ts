/** What a worker saw in each layer. */
import type { LayerInsight } from "@tributary/core";
import type { RunFacts } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { LayersInspected, RunState } from "../run/run_state.ts";
import { formatCount, formatLoss, formatPercent, joined, plural } from "../words/words.ts";
import { type Spread, spreadOf } from "./spread.ts";

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
  /** Such as "dense 784 → 30, sigmoid". */
  name: string;
  /** Such as "Output 20 × 24 × 24, 520 parameters". */
  size: string;
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

/** Layers in the order of the forward pass; there from the run's start, so that nothing moves when a worker has looked. */
export function layers$(state$: Observable<RunState>): Observable<LayersView> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.facts === b.facts && a.inspected === b.inspected),
    map(({ facts, inspected }) => {
      const layers = inspected?.layers;
      const largest = Math.max(0, ...(layers ?? []).map(weightNorm).filter(Number.isFinite));
      return {
        note: inspected === null ? "No worker has looked yet" : noteOf(inspected),
        rows: (facts?.layers ?? []).map((facts, i) => rowOf(facts, layers?.[i] ?? null, largest)),
      };
    }),
  );
}

function noteOf({ step, samples, worker }: LayersInspected): string {
  return `After step ${formatCount(step)}, on ${formatCount(samples)} training samples, seen by ${worker}`;
}

function rowOf(
  { name, parameters, shape }: RunFacts["layers"][number],
  layer: LayerInsight | null,
  largest: number,
): LayerRow {
  const isTrained = parameters > 0;
  const trained = layer?.trained ?? null;
  return {
    name: printed(name),
    size: `Output ${shape.join(" × ")}, ${isTrained ? plural(parameters, "parameter") : "nothing to learn"}`,
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

/** As on paper what is told for terminals: "28x28 -> 30" as "28×28 → 30". */
function printed(name: string): string {
  return name.replaceAll("->", "→").replaceAll(/(?<=\d)x(?=\d)/g, "×");
}

function weightNorm({ trained }: LayerInsight): number {
  return trained?.gradientNorms.weight ?? 0;
}

function barOf(norm: number, largest: number): number {
  return norm > 0 && norm <= largest ? Math.max(0, 1 + Math.log10(norm / largest) / DECADES) : 0;
}
