/** The charts in which runs are compared. */
import type { ChartSpec, SeriesSpec } from "../charts/chart_spec.ts";
import { ACCURACY_CHART, LOSS_CHART, lossCeiling } from "../overview/chart_specs.ts";

/** A series for each run, by its name. */
export function compareSpecs(names: readonly string[]): { loss: ChartSpec; accuracy: ChartSpec } {
  const labels = names.map((name, i) => names.indexOf(name) === i ? name : `${name} (${i + 1})`);
  const series = (more: Partial<SeriesSpec>) =>
    labels.map((label, i): SeriesSpec => ({ label, color: `--run-${i}`, width: 2, ...more }));
  return {
    loss: {
      ...LOSS_CHART,
      unit: "per sample, mean of steps",
      series: series({ isSmoothed: true }),
      yRange: (_, max, runs) => [0, 1.05 * Math.min(max, Math.max(...runs.map(lossCeiling)))],
    },
    accuracy: {
      ...ACCURACY_CHART,
      unit: "at each epoch's end",
      empty: "No epoch has it",
      series: series({ dots: true }),
    },
  };
}
