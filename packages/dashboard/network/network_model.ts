/** What the view of the network reads; each part is computed only while it is shown. */
import type { Observable } from "rxjs";
import type { ChartData } from "../charts/chart_data.ts";
import type { RunState } from "../run/run_state.ts";
import { gradientChart$, gradients$, type GradientsView } from "./gradients.ts";
import { layers$, type LayersView } from "./layers.ts";

/** Each has a value at once. */
export interface NetworkModel {
  layers$: Observable<LayersView>;
  gradients$: Observable<GradientsView>;
  gradientChart$: Observable<ChartData>;
}

/** From the run's states. */
export function networkModel(state$: Observable<RunState>): NetworkModel {
  return {
    layers$: layers$(state$),
    gradients$: gradients$(state$),
    gradientChart$: gradientChart$(state$),
  };
}
