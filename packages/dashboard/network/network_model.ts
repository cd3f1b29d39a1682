/** What the view of the network reads; each part is computed only while it is shown. */
import { fromEvent, map, type Observable, startWith } from "rxjs";
import type { Line } from "../charts/line.ts";
import type { Address } from "../page/address.ts";
import { fromSignals } from "../run/from_signal.ts";
import type { Request } from "../run/request.ts";
import type { RunState } from "../run/run_state.ts";
import { currentTensor$, fetchTensor } from "./current_tensor.ts";
import { gradientLines$, gradients$, type GradientsView } from "./gradients.ts";
import { layers$, type LayersView } from "./layers.ts";
import { pictures$, type PicturesView } from "./pictures.ts";

/** Each has a value at once. */
export interface NetworkModel {
  layers$: Observable<LayersView>;
  gradients$: Observable<GradientsView>;
  gradientLines$: Observable<Line[]>;
  /** Weights are fetched while somebody subscribes. */
  pictures$: Observable<PicturesView>;
}

/** From the run's states; `step$` is a line of all steps. */
export function networkModel(
  state$: Observable<RunState>,
  { step$, address, request }: { step$: Observable<Line>; address: Address; request: Request },
): NetworkModel {
  const tensor$ = (name: string) =>
    currentTensor$({ fetch$: fetchTensor(request, name), state$, isShown$: isPageShown$() });
  return {
    layers$: layers$(state$),
    gradients$: gradients$(state$),
    gradientLines$: gradientLines$(state$, step$),
    pictures$: pictures$({ state$, params$: fromSignals(() => address.params.value), tensor$ }),
  };
}

/** Whether the page is in front, and not in a tab behind others. */
function isPageShown$(): Observable<boolean> {
  return fromEvent(document, "visibilitychange").pipe(
    startWith(null),
    map(() => document.visibilityState === "visible"),
  );
}
