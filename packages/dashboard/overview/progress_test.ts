import { emptySteps, STEP_COLUMNS, type StepColumns } from "@tributary/protocol";
import { map } from "rxjs";
import { marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { progress$ } from "./progress.ts";

Deno.test("progress$ counts epochs and steps, and estimates from the last epoch's steps", () => {
  const [unknown, started, stepped, waiting, ended] = statesAfter(
    update({ fromStart: true }),
    update({ events: [RUN_STARTED], at: STARTED_AT + 10 }),
    update({ steps: steps(1, [1, 1, 1, 1, 1]), at: STARTED_AT + 500 }),
    update({
      events: [{ type: "waiting", at: STARTED_AT + 900, reason: "No worker." }],
      at: STARTED_AT + 900,
    }),
    update({ events: [RUN_ENDED], steps: steps(6, Array(15).fill(1)), at: STARTED_AT + 25_000 }),
  );
  const run = { epochs: 5, steps: 20, restMs: 0 };
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("abcde", { a: unknown, b: started, c: stepped, d: waiting, e: ended });
    expectObservable(progress$(state$)).toBe("abcde", {
      a: null,
      b: { ...run, epoch: 0, step: 0, fraction: 0, elapsedMs: 10, leftMs: null },
      c: { ...run, epoch: 2, step: 5, fraction: 0.25, elapsedMs: 500, leftMs: 1_500 },
      d: { ...run, epoch: 2, step: 5, fraction: 0.25, elapsedMs: 900, leftMs: null },
      e: { ...run, epoch: 5, step: 20, fraction: 1, elapsedMs: 20_000, leftMs: null },
    });
  });
});

Deno.test("progress$ counts no rest between two processes, nor lets rests and pauses make the estimate longer", () => {
  const HOUR_MS = 3_600_000;
  const later = { ...steps(3, [1, 1]), at: [STARTED_AT + HOUR_MS + 400, STARTED_AT + HOUR_MS + 500] };
  const at = STARTED_AT + HOUR_MS + 300;
  const [resumed] = statesAfter(
    update({
      fromStart: true,
      at: STARTED_AT + HOUR_MS + 600,
      // It waited when its process was ended, 300 ms after the start; an hour later, another one goes on.
      events: [
        RUN_STARTED,
        { type: "waiting", at: STARTED_AT + 200, reason: "No worker." },
        { type: "resumed", at, waitedMs: HOUR_MS + 100 },
        { type: "notice", at, text: "The run goes on after step 2.", restMs: HOUR_MS },
      ],
      steps: joinedSteps(steps(1, [1, 1]), later),
    }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = progress$(cold("a", { a: resumed })).pipe(
      map((progress) => [progress!.elapsedMs, progress!.restMs, progress!.leftMs]),
    );
    // Steps at 100, 200, then, without the pause, at 300 and 400 ms: 100 ms each, and 16 are to be done.
    expectObservable(told$).toBe("a", { a: [600, HOUR_MS, 1_600] });
  });
});

function joinedSteps(a: StepColumns, b: StepColumns): StepColumns {
  const all = emptySteps();
  for (const name of STEP_COLUMNS) all[name] = [...a[name], ...b[name]];
  return all;
}
