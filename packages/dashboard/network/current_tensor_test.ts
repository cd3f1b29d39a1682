import { BehaviorSubject, defer, map, type Observable, of } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { marbles, RUN_ENDED, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { currentTensor$, type Tensor } from "./current_tensor.ts";

const [started, one, two, ended] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [1]) }),
  update({ steps: steps(2, [1]) }),
  update({ events: [RUN_ENDED] }),
);
const STATES = { 1: one, 2: two, e: ended };

function tensor(step: number, length = 1): Tensor {
  return { step, shape: [length], values: new Float32Array(length) };
}

/** What is told, as "step of the tensor/mistake". */
const words = map(({ tensor, mistake }: { tensor: Tensor | null; mistake: string }) =>
  `${tensor?.step ?? "-"}/${mistake}`
);

/** Like the page's states: the latest one is there at once. */
function statesOf(later$: Observable<RunState>): Observable<RunState> {
  const state$ = new BehaviorSubject(started);
  later$.subscribe((state) => state$.next(state));
  return state$;
}

Deno.test("currentTensor$ fetches at once, and again when the run has gone on, but not within a second", () => {
  marbles(({ cold, hot, expectObservable }) => {
    let step = 0;
    const fetch$ = defer(() => cold("5ms (t|)").pipe(map(() => tensor(step++))));
    const state$ = statesOf(hot("100ms 1 2399ms 2", STATES));
    const told$ = currentTensor$({ fetch$, state$, isShown$: of(true) }).pipe(words);
    // Step 1 is done long before the second is over, step 2 long after the next one.
    expectObservable(told$, "^ 9s !").toBe("n 4ms 0 1004ms 1 1494ms 2", {
      n: "-/",
      0: "0/",
      1: "1/",
      2: "2/",
    });
  });
});

Deno.test("currentTensor$ tries again what fails, more and more rarely, keeps what it had, and says why", () => {
  marbles(({ cold, hot, expectObservable }) => {
    let tries = 0;
    const fetch$ = defer(() =>
      tries++ === 0
        ? cold("(t|)").pipe(map(() => tensor(0)))
        : cold<Tensor>("#", {}, new Error("Gone.")) as Observable<Tensor>
    );
    const state$ = statesOf(hot("1", STATES));
    const told$ = currentTensor$({ fetch$, state$, isShown$: of(true) }).pipe(words);
    const pauses = "(n0) 996ms x 999ms x 999ms x 999ms x 1999ms x 3999ms x";
    expectObservable(told$, "^ 10s !").toBe(pauses, { n: "-/", 0: "0/", x: "0/Gone." });
  });
});

Deno.test("currentTensor$ fetches nothing while nobody can see it, and nothing after the end", () => {
  marbles(({ cold, hot, expectObservable }) => {
    let step = 0;
    const fetch$ = defer(() => cold("(t|)").pipe(map(() => tensor(step++))));
    const isShown$ = new BehaviorSubject(false);
    hot("3s v", { v: true }).subscribe((shown) => isShown$.next(shown));
    const state$ = statesOf(hot("100ms 1 4s e", STATES));
    const told$ = currentTensor$({ fetch$, state$, isShown$ }).pipe(words);
    expectObservable(told$, "^ 9s !").toBe("(n0) 2996ms 1", { n: "-/", 0: "0/", 1: "1/" });
  });
});

Deno.test("currentTensor$ waits longer after a large tensor, and after a slow one", () => {
  const cases = [
    { took: "1ms", length: 1_000_000, wanted: "n 0ms 0 10s 0" }, // 4 MB at 400 bytes a millisecond
    { took: "200ms", length: 1, wanted: "n 199ms 0 4199ms 0 4199ms 0" },
  ];
  for (const { took, length, wanted } of cases) {
    marbles(({ cold, expectObservable }) => {
      const fetch$ = defer(() => cold(`${took} (t|)`).pipe(map(() => tensor(0, length))));
      const state$ = new BehaviorSubject(one);
      const told$ = currentTensor$({ fetch$, state$, isShown$: of(true) }).pipe(words);
      expectObservable(told$, "^ 12s !").toBe(wanted, { n: "-/", 0: "0/" });
    });
  }
});

Deno.test("currentTensor$ does not end, and does not ask on and on, when the states have ended", () => {
  marbles(({ cold, expectObservable }) => {
    const fetch$ = defer(() => cold("(t|)").pipe(map(() => tensor(2))));
    const told$ = currentTensor$({ fetch$, state$: of(two), isShown$: of(true) }).pipe(words);
    expectObservable(told$, "^ 9s !").toBe("(n2)", { n: "-/", 2: "2/" });
  });
});
