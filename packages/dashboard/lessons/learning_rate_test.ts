import { statesAfter, steps, update } from "../run/testing.ts";
import { LEARNING_RATE } from "./learning_rate.ts";
import { begun, expectFigures, stateAfter } from "./testing.ts";

Deno.test("a loss that has grown by a fifth is a lesson, and one that is no number", () => {
  expectFigures(LEARNING_RATE, {
    states: {
      a: stateAfter([begun()]),
      b: stateAfter([begun()], [2, 2.3, 2.5, 2.3]),
      c: stateAfter([begun()], [2, 2.5, 2.5]),
      d: stateAfter([begun()], [2, NaN]),
    },
    told: "a-cd",
    figures: {
      a: null,
      c: "The loss grew from 2.000 to 2.500",
      d: "The loss is no finite number any more",
    },
  });
});

Deno.test("the first step is what the loss is compared with, as the rest of the first block may be far too large", () => {
  const losses = [2, ...new Array<number>(19).fill(100)];
  const [state] = statesAfter(update({ fromStart: true, events: [begun()], steps: steps(1, losses) }));
  expectFigures(LEARNING_RATE, {
    states: { a: state },
    told: "a",
    figures: { a: "The loss grew from 2.000 to 100.0" },
  });
});

Deno.test("a loss that goes up and down without getting anywhere is a lesson", () => {
  expectFigures(LEARNING_RATE, {
    states: {
      a: stateAfter([begun()], [2, 1, 2, 1, 2, 1, 2]),
      b: stateAfter([begun()], [2, 1, 2, 1, 2, 1, 2, 1.9]),
    },
    told: "ab",
    figures: { a: null, b: "The loss goes up and down between 1.000 and 2.000" },
  });
});

Deno.test("a loss that falls, that is noisy once it is small, or that stands still is no lesson", () => {
  expectFigures(LEARNING_RATE, {
    states: {
      a: stateAfter([begun()], [2, 1.6, 1.3, 1.1, 1, 0.9, 0.8, 0.75, 0.7]),
      b: stateAfter([begun()], [2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2]),
      c: stateAfter([begun()], [2.3, 2.31, 2.29, 2.3, 2.32, 2.28, 2.3, 2.31]),
    },
    told: "a--",
    figures: { a: null },
  });
});
