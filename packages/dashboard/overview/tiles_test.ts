import { debounceTime, map } from "rxjs";
import { epochDone, joined, left, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { tiles$ } from "./tiles.ts";

Deno.test("tiles$ says the four numbers, and dashes before there are any", () => {
  const [started, later] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({
      events: [joined(1), joined(2), left(1), epochDone(1, { validation: 0.95, test: 0.94 })],
      steps: steps(1, [0.25, 0.25]),
    }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = tiles$(cold("a-b", { a: started, b: later })).pipe(
      map((tiles) => tiles.map(({ label, value, note }) => `${label}: ${value} (${note})`)),
    );
    // The selectors behind the tiles are told of a state one after the other: the last word of a moment counts.
    expectObservable(told$.pipe(debounceTime(0))).toBe("a-b", {
      a: [
        "Loss: – (no step yet)",
        "Best accuracy: – (no epoch done yet)",
        "Samples per second: – (no step yet)",
        "Workers: 0 (None lost)",
      ],
      b: [
        "Loss: 0.2500 (mean of about 10 steps)",
        "Best accuracy: 95.00 % (validation, epoch 1, test 94.00 %)",
        "Samples per second: 100 (mean of the run 100)",
        "Workers: 1 (1 lost)",
      ],
    });
  });
});
