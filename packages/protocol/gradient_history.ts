/** How the gradients' norms and the units' states went: points of a chart, bounded, kept by the coordinator for pages that come later and by the pages. */
import type { LayerInsight } from "@tributary/core";

/** More numbers than these are thinned out: 20,000 are 600 points of 8 layers with four each, and 200 KB on the wire. */
const NUMBERS_MAX = 20_000;
/** About one for each two pixels of a wide chart. */
const POINTS_MAX = 600;

/** What stays of an inspection. */
export interface GradientPoint {
  /** Updates that the parameters had seen. */
  step: number;
  /** Per layer, √Σ g² of the mean gradient by its weights; null where the layer has none. */
  norms: (number | null)[];
  /** The same by its biases, and its shares of saturated and of dead units, to four digits; older programs do not tell them. */
  biases?: (number | null)[];
  saturated?: (number | null)[];
  dead?: (number | null)[];
}

/** The point of an inspection. */
export function gradientPoint(
  { step, layers }: { step: number; layers: readonly LayerInsight[] },
): GradientPoint {
  return {
    step,
    norms: layers.map(({ trained }) => trained?.gradientNorms.weight ?? null),
    biases: layers.map(({ trained }) => short(trained?.gradientNorms.bias)),
    saturated: layers.map(({ saturated }) => short(saturated)),
    dead: layers.map(({ dead }) => short(dead)),
  };
}

function short(value: number | null | undefined): number | null {
  return value == null ? null : Number(value.toPrecision(4));
}

/**
 * `history` and a point behind it; `history` itself if it is not behind. Where there would be too many, every second one
 * goes: so what is older is sparser, and the first point and the new one stay.
 */
export function withGradientPoint(
  history: readonly GradientPoint[],
  point: GradientPoint,
): readonly GradientPoint[] {
  if (point.step <= (history.at(-1)?.step ?? -1)) return history;
  const numbers = 4 * Math.max(1, point.norms.length);
  const most = Math.max(2, Math.min(POINTS_MAX, Math.floor(NUMBERS_MAX / numbers)));
  const kept = history.length < most ? history : history.filter((_, index) => index % 2 === 0);
  return [...kept, point];
}
