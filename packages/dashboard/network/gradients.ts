/** How fast each layer learns: the norms of the gradients over the run. A vanishing gradient shows as curves far apart. */
import type { GradientPoint, RunFacts } from "@tributary/protocol";
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { ChartSpec } from "../charts/chart_spec.ts";
import { type Line, lowerBound } from "../charts/line.ts";
import type { RunState } from "../run/run_state.ts";
import { formatCount, formatLoss } from "../words/words.ts";

/** As many as there are colours. */
const CURVES_MAX = 8;
/** Within this factor, two gradients are said to be about as large. */
const ABOUT = 1.5;

/** The curves and what they say. */
export interface GradientsView {
  /** Positions, from 0, of the layers that have a curve. */
  curves: number[];
  /** What is left out, or empty. */
  note: string;
  /** The first layer against the last one; empty while that is unknown. */
  verdict: string;
  /** One a layer with parameters. */
  rows: { layer: string; first: string; last: string; ratio: string }[];
}

/** Emits when a worker has looked, or with another run. */
export function gradients$(state$: Observable<RunState>): Observable<GradientsView> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.facts === b.facts && a.gradients === b.gradients),
    map(({ facts, gradients }) => {
      const trained = trainedLayers(facts);
      const curves = curvesOf(trained);
      const [first, last] = [gradients[0], gradients.at(-1)];
      const deepest = last && trained.length > 0 ? last.norms[trained.at(-1)!] : null;
      return {
        curves,
        note: curves.length < trained.length
          ? `Curves of ${curves.length} of ${trained.length} layers; the table has all.`
          : "",
        verdict: last ? verdictOf(trained, last) : "",
        rows: trained.map((layer) => ({
          layer: `Layer ${layer + 1}`,
          first: formatLoss(first?.norms[layer] ?? null),
          last: formatLoss(last?.norms[layer] ?? null),
          ratio: formatLoss(ratioOf(last?.norms[layer] ?? null, deepest)),
        })),
      };
    }),
  );
}

/** A line for each curve. */
export function gradientLines$(state$: Observable<RunState>, step$: Observable<Line>): Observable<Line[]> {
  return normLines$(state$, step$).pipe(map((lines) => {
    const curves = new Set(curvesOf(lines.map(({ layer }) => layer)));
    return lines.filter(({ layer }) => curves.has(layer)).map(({ line }) => line);
  }));
}

/** The norms of each layer that learns. `step$`, a line of all steps, tells epochs and times. */
export function normLines$(
  state$: Observable<RunState>,
  step$: Observable<Line>,
): Observable<{ layer: number; line: Line }[]> {
  return combineLatest([state$, step$]).pipe(
    distinctUntilChanged(([a], [b]) => a.facts === b.facts && a.gradients === b.gradients),
    map(([{ facts, gradients }, steps]) => {
      const step = Float64Array.from(gradients, (point) => point.step);
      const rows = Array.from(step, (number) => lowerBound(steps.x.step, steps.length, number));
      const placesOf = (column: Float64Array) =>
        Float64Array.from(rows, (row, i) => steps.length === 0 ? i : column[Math.min(row, steps.length - 1)]);
      const x = { step, epoch: placesOf(steps.x.epoch), time: placesOf(steps.x.time) };
      return trainedLayers(facts).map((layer) => {
        const y = Float64Array.from(gradients, ({ norms }) => norms[layer] ?? NaN);
        return { layer, line: { length: gradients.length, x, y, origin: gradients } };
      });
    }),
  );
}

/** The chart of these layers. Its axis is logarithmic, so that a layer that learns a thousand times slower is still seen. */
export function gradientSpec(curves: readonly number[]): ChartSpec {
  return {
    id: "gradients",
    title: "Gradients",
    unit: "norm by the weights of each layer, logarithmic",
    empty: "No worker has looked yet",
    series: curves.map((layer, i) => ({ label: `layer ${layer + 1}`, color: `--layer-${i}`, width: 2 })),
    scale: "log",
    yAxis: (y) => String(Number(y.toPrecision(2))),
    yText: formatLoss,
    yRange: (min, max) => [min, max],
  };
}

/** Positions, from 0, of the layers that learn. */
export function trainedLayers(facts: RunFacts | null): number[] {
  return (facts?.layers ?? []).flatMap(({ parameters }, layer) => parameters > 0 ? [layer] : []);
}

/** The first layer's gradient against the last one's; null where there is no such ratio. */
export function firstToLast(trained: readonly number[], { norms }: GradientPoint): number | null {
  if (trained.length < 2) return null;
  return ratioOf(norms[trained[0]], norms[trained.at(-1)!]);
}

function verdictOf(trained: readonly number[], point: GradientPoint): string {
  const ratio = firstToLast(trained, point);
  if (ratio === null) return "";
  const [first, last] = [trained[0] + 1, trained.at(-1)! + 1];
  if (ratio < 1 / ABOUT) return `Layer ${first} learns ${times(1 / ratio)} slower than layer ${last}.`;
  if (ratio > ABOUT) return `Layer ${first} learns ${times(ratio)} faster than layer ${last}.`;
  return `Layer ${first} learns about as fast as layer ${last}.`;
}

function times(factor: number): string {
  return `${factor < 10 ? Number(factor.toPrecision(2)) : formatCount(Number(factor.toPrecision(2)))} times`;
}

function ratioOf(norm: number | null, to: number | null): number | null {
  if (norm === null || to === null) return null;
  const ratio = norm / to;
  return ratio > 0 && Number.isFinite(ratio) ? ratio : null;
}

function curvesOf(trained: readonly number[]): number[] {
  if (trained.length <= CURVES_MAX) return [...trained];
  return Array.from(
    { length: CURVES_MAX },
    (_, i) => trained[Math.round(i * (trained.length - 1) / (CURVES_MAX - 1))],
  );
}
