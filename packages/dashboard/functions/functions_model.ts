/** What the view of functions reads. A worker computes it while the view is shown. */
import { type Signal, signal } from "@preact/signals";
import { fromEvent, map, merge, type Observable, Subject } from "rxjs";
import type { Address } from "../page/address.ts";
import { valuesOf } from "../run/values_of.ts";
import { type Approximation, approximation$, type Computer } from "./approximation.ts";
import { choiceOf } from "./choice.ts";
import type { ApproximationAnswer } from "./messages.ts";

/** The path of the worker's program, see `build.ts`. */
const PROGRAM = "/approximation.js";

/** What is shown, and what a person can do; the choice itself stands in the address. */
export interface FunctionsModel {
  approximation$: Observable<Approximation>;
  isPaused: Signal<boolean>;
  again(): void;
}

/** From the page's address alone: no run is needed. */
export function functionsModel(address: Address): FunctionsModel {
  const isPaused = signal(false);
  const again$ = new Subject<void>();
  return {
    approximation$: approximation$({
      choice$: valuesOf(address.params).pipe(map(choiceOf)),
      isPaused$: valuesOf(isPaused),
      again$,
      open: openWorker,
    }),
    isPaused,
    again: () => again$.next(),
  };
}

function openWorker(): Computer {
  const worker = new Worker(PROGRAM, { type: "module", name: "functions" });
  let id = 0;
  const failed$ = fromEvent(worker, "error").pipe(map((): ApproximationAnswer => ({
    id,
    type: "mistake",
    reason: "This browser could not run the networks, which need WebAssembly",
  })));
  const told$ = fromEvent<MessageEvent<ApproximationAnswer>>(worker, "message").pipe(map(({ data }) => data));
  return {
    answers$: merge(told$, failed$),
    send(request) {
      id = request.id;
      worker.postMessage(request);
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
