import { COORDINATOR_ENDED, type TrainingEvent } from "@tributary/protocol";
import { joined, left, marbles, RUN_ENDED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { faults$ } from "./faults.ts";

Deno.test("faults$ counts workers lost and refused and ranges moved, until the end of the run", () => {
  const refused: TrainingEvent = {
    type: "workerRefused",
    at: STARTED_AT,
    name: "x",
    code: "proof",
    reason: "Other bits.",
  };
  const moved: TrainingEvent = {
    type: "rangeReassigned",
    at: STARTED_AT,
    step: 1,
    range: { first: 0, end: 1 },
    from: "a",
    to: "b",
    reason: "a left.",
  };
  const [a, b, c, d] = statesAfter(
    update({ events: [joined(1), joined(2)] }),
    update({ events: [left(1), moved] }),
    update({ events: [refused, { ...left(2), reason: COORDINATOR_ENDED } as TrainingEvent] }),
    update({ events: [RUN_ENDED, left(2)] }),
  );
  marbles(({ cold, expectObservable }) => {
    expectObservable(faults$(cold("abcd", { a, b, c, d }))).toBe("abc", {
      a: { workersLost: 0, workersRefused: 0, rangesReassigned: 0 },
      b: { workersLost: 1, workersRefused: 0, rangesReassigned: 1 },
      c: { workersLost: 1, workersRefused: 1, rangesReassigned: 1 },
    });
  });
});
