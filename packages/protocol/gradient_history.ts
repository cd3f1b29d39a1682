/** How the gradients' norms went: points of a chart, bounded, kept by the coordinator for pages that come later and by the pages. */
import type { LayerInsight } from "@tributary/core";

/** More numbers than these are thinned out: 20,000 are 600 points of 33 layers, and 250 KB on the wire. */
const NUMBERS_MAX = 20_000;
/** About one for each two pixels of a wide chart. */
const POINTS_MAX = 600;

/** What an inspection told of the gradients. */
export interface GradientPoint {
  /** Updates that the parameters had seen. */
  step: number;
  /** Per layer, √Σ g² of the mean gradient by its weights; null where the layer has none. */
  norms: (number | null)[];
}

/** The point of an inspection. */
export function gradientPoint(
  { step, layers }: { step: number; layers: readonly LayerInsight[] },
): GradientPoint {
  return { step, norms: layers.map(({ trained }) => trained?.gradientNorms.weight ?? null) };
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
  const most = Math.max(2, Math.min(POINTS_MAX, Math.floor(NUMBERS_MAX / Math.max(1, point.norms.length))));
  const kept = history.length < most ? history : history.filter((_, index) => index % 2 === 0);
  return [...kept, point];
}
