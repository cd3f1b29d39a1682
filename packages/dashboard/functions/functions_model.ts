/** What the view of functions reads. A worker computes it while the view is shown. */
import { type Signal, signal } from "@preact/signals";
import { fromEvent, map, merge, type Observable, Subject } from "rxjs";
import type { Address } from "../page/address.ts";
import { fromSignals } from "../run/from_signal.ts";
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
      choice$: fromSignals(() => choiceOf(address.params.value)),
      isPaused$: fromSignals(() => isPaused.value),
      again$,
      open: openWorker,
    }),
    isPaused,
    again: () => again$.next(),
  };
}

function openWorker(): Computer {
  const program = new URL(PROGRAM, location.href);
  // A page that was saved as a file has no program beside it.
  if (program.protocol === "file:") return deadComputer();
  const worker = new Worker(program, { type: "module", name: "functions" });
  let id = 0;
  const failed$ = fromEvent(worker, "error").pipe(map((): ApproximationAnswer => ({
    id,
    type: "mistake",
    reason: "Cannot compute functions as the program for it did not start: load the page again",
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

/** Says why there is none. */
function deadComputer(): Computer {
  const answers$ = new Subject<ApproximationAnswer>();
  const reason =
    "Cannot compute functions in a file: open the page of a coordinator, or of “deno task dashboard”";
  return {
    answers$,
    send: ({ id }) => answers$.next({ id, type: "mistake", reason }),
    [Symbol.dispose]: () => answers$.complete(),
  };
}
