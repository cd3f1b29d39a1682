import { epochDone } from "../run/testing.ts";
import { OVERFITTING } from "./overfitting.ts";
import { begun, expectFigures, stateAfter } from "./testing.ts";

Deno.test("18 points between training and validation are overfitting, 2.5 are not, as in chapter 3", () => {
  const first = epochDone(1, { train: 0.9786, validation: 0.9533 });
  const second = epochDone(2, { train: 1, validation: 0.8227, test: 0.999 });
  expectFigures(OVERFITTING, {
    states: {
      a: stateAfter([begun()]),
      b: stateAfter([begun(), first]),
      c: stateAfter([begun(), first, second]),
      d: stateAfter([begun(), first, second, first]),
    },
    told: "a-cd",
    figures: { a: null, c: "100.0 % right in training, 82.3 % in validation", d: null },
  });
});

Deno.test("without a validation split, overfitting is judged by the test split; without both, not at all", () => {
  expectFigures(OVERFITTING, {
    states: {
      a: stateAfter([begun(), epochDone(1, { train: 0.9 })]),
      b: stateAfter([begun(), epochDone(1, { train: 0.9, test: 0.8 })]),
    },
    told: "ab",
    figures: { a: null, b: "90.0 % right in training, 80.0 % in test" },
  });
});
