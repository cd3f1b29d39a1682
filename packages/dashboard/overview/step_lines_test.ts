import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { marbles, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { type StepLines, stepLines$ } from "./step_lines.ts";

const [started, two, same, three] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [4, 2]) }),
  update(),
  update({ steps: steps(3, [2]) }),
);
const [again] = statesAfter(update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, [9]) }));

function lossesOf({ loss: { y, length } }: StepLines): string {
  return [...y.subarray(0, length)].join(" ");
}

function linesOf(state: RunState): StepLines {
  let lines: StepLines;
  marbles(({ cold, flush }) => {
    stepLines$(cold("a", { a: state })).subscribe((next) => lines = next);
    flush();
  });
  return lines!;
}

Deno.test("stepLines$ has every step once, emits only when there are new ones, and starts anew with a new history", () => {
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: two, c: same, d: three, e: again });
    expectObservable(stepLines$(state$).pipe(map(lossesOf))).toBe("a-b---d-e", {
      a: "",
      b: "4 2",
      d: "4 2 2",
      e: "9",
    });
  });
});

Deno.test("a step stands at its number, at the share of epochs that is done, and at the seconds since the start", () => {
  // 40 samples an epoch, 10 a step, 100 ms each.
  const { loss: { x, length }, rate } = linesOf(three);
  assertEquals([x.step, x.epoch, x.time, rate.y].map((column) => [...column.subarray(0, length)]), [
    [1, 2, 3],
    [0.25, 0.5, 0.75],
    [0.1, 0.2, 0.3],
    [100, 100, 100],
  ]);
});

Deno.test("time ascends strictly, also within a millisecond and when the clock is set back", () => {
  const at = [100, 100, 50, 101].map((ms) => STARTED_AT + ms);
  const [state] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED], steps: { ...steps(1, [1, 1, 1, 1]), at } }),
  );
  const time = linesOf(state).loss.x.time.subarray(0, 4);
  assertEquals([...time].map((seconds) => seconds.toFixed(9)), [
    "0.100000000",
    "0.100001000",
    "0.100002000",
    "0.101000000",
  ]);
});

Deno.test("the rate has a gap where there was no step for 2 s, and none for a shorter time", () => {
  const at = [100, 1_350, 3_449, 5_549].map((ms) => STARTED_AT + ms);
  const [state] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED], steps: { ...steps(1, [1, 1, 1, 1]), at } }),
  );
  assertEquals(
    linesOf(state).rate.breaks,
    [3],
    "the last step began 2,000 ms after the one before had ended",
  );
});
