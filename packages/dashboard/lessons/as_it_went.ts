/** A run's past once more, moment by moment: so a page that comes late learns of it what one that looked on has seen. */
import type { LayerInsight } from "@tributary/core";
import type { GradientPoint } from "@tributary/protocol";
import { concatMap, defer, type MonoTypeOperatorFunction } from "rxjs";
import { lowerBound } from "../charts/line.ts";
import { smoothingWindow } from "../overview/loss.ts";
import { lastOf } from "../run/history.ts";
import { type EpochDone, isCatchingUp, type LayersInspected, type RunState } from "../run/run_state.ts";

/** How far the states of a run were told. */
interface Told {
  rows: number;
  epochs: readonly EpochDone[];
  inspected: LayersInspected | null;
  /** Of the latest look that was told. */
  lookedAt: number;
}

/**
 * Before each state, states as they may have been since the one before: at the end of each block of steps, and after each epoch. However
 * many steps a state brings, what follows is told the same. So are looks into the layers, as far as they are kept. For states of one
 * history.
 */
export function asItWent(): MonoTypeOperatorFunction<RunState> {
  return (state$) =>
    defer(() => {
      const told: Told = { rows: 0, epochs: [], inspected: null, lookedAt: -1 };
      return state$.pipe(concatMap((state) => moments(state, told)));
    });
}

function* moments(state: RunState, told: Told): Generator<RunState> {
  const { steps: { columns: { step }, length }, epochs, inspected, gradients, facts } = state;
  const last = lastOf(state.steps, "step") ?? 0;
  const block = smoothingWindow(facts?.stepsPerEpoch ?? 0);
  const rowsUpTo = (at: number | undefined) =>
    at !== undefined && at <= last ? lowerBound(step, length, at + 1) : Infinity;
  let look = gradients.findIndex(({ step }) => step > told.lookedAt);
  if (look < 0) look = gradients.length;
  for (;;) {
    const epochEnd = rowsUpTo(epochs[told.epochs.length]?.step);
    const lookEnd = rowsUpTo(gradients[look]?.step);
    const blockEnd = (Math.floor(told.rows / block) + 1) * block;
    const rows = Math.min(epochEnd, lookEnd, blockEnd);
    if (rows > length) break;
    told.rows = Math.max(told.rows, rows);
    yield momentOf(state, told);
    if (rows === lookEnd) {
      told.lookedAt = gradients[look].step;
      told.inspected = lookOf(gradients[look++]) ?? told.inspected;
      yield momentOf(state, told);
    }
    if (rows === epochEnd) {
      told.epochs = epochs.slice(0, told.epochs.length + 1);
      yield momentOf(state, told);
    }
  }
  told.rows = length;
  // Of a history that comes in parts, events come first.
  yield isCatchingUp(state) ? momentOf(state, told) : state;
  if (!isCatchingUp(state)) {
    Object.assign(told, { epochs, inspected, lookedAt: inspected?.step ?? told.lookedAt });
  }
}

function momentOf(state: RunState, { rows, epochs, inspected }: Told): RunState {
  return { ...state, steps: { ...state.steps, length: rows }, epochs, inspected };
}

const NOTHING: LayerInsight["activations"] = { min: 0, max: 0, counts: [], nan: 0, infinite: 0 };

/** A look with what is kept of it; null where it was kept by an older program. */
function lookOf({ step, norms, biases, saturated, dead }: GradientPoint): LayersInspected | null {
  if (biases === undefined) return null;
  const layers = norms.map((weight, i): LayerInsight => ({
    trained: weight === null
      ? null
      : { gradientNorms: { weight, bias: biases[i] ?? 0 }, weights: NOTHING, gradients: NOTHING },
    activations: NOTHING,
    saturated: saturated?.[i] ?? null,
    dead: dead?.[i] ?? null,
  }));
  return { type: "layersInspected", at: 0, step, samples: 0, worker: "", layers };
}
