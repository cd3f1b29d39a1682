/** What the view of the network reads; each part is computed only while it is shown. */
import type { Observable } from "rxjs";
import type { Line } from "../charts/line.ts";
import type { RunState } from "../run/run_state.ts";
import { gradientLines$, gradients$, type GradientsView } from "./gradients.ts";
import { layers$, type LayersView } from "./layers.ts";

/** Each has a value at once. */
export interface NetworkModel {
  layers$: Observable<LayersView>;
  gradients$: Observable<GradientsView>;
  gradientLines$: Observable<Line[]>;
}

/** From the run's states; `step$` is a line of all steps. */
export function networkModel(state$: Observable<RunState>, step$: Observable<Line>): NetworkModel {
  return {
    layers$: layers$(state$),
    gradients$: gradients$(state$),
    gradientLines$: gradientLines$(state$, step$),
  };
}
