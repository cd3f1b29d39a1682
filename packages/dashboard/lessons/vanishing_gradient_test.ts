import { begun, expectFigures, looked, stateAfter } from "./testing.ts";
import { VANISHING_GRADIENT } from "./vanishing_gradient.ts";

/** The speeds that chapter 5 gives for four hidden layers. */
const CHAPTER_5 = [0.003, 0.017, 0.07, 0.285].map((bias) => ({ bias }));

Deno.test("a first layer with a hundredth of the last one's gradient is a lesson, as in chapter 5", () => {
  expectFigures(VANISHING_GRADIENT, {
    states: {
      a: stateAfter([begun()]),
      b: stateAfter([begun(), looked(...CHAPTER_5)]),
      c: stateAfter([begun(), looked({ bias: null }, { bias: 0 }, { bias: 1 }, { bias: 1 })]),
      d: stateAfter([begun(), looked({ bias: 0.1 }, { bias: 1 }, { bias: 1 })]),
    },
    told: "abcd",
    figures: {
      a: null,
      b: "The first layer's gradient is 95 times smaller than the last one's 0.2850",
      c: "The first layer's gradient is 0, against the last one's 1.000",
      d: null,
    },
  });
});

Deno.test("two layers, and numbers that are none, are no lesson of a vanishing gradient", () => {
  expectFigures(VANISHING_GRADIENT, {
    states: {
      a: stateAfter([begun(), looked({ bias: 0.001 }, { bias: 1 })]),
      b: stateAfter([begun(), looked({ bias: NaN }, { bias: 1 }, { bias: 1 })]),
      c: stateAfter([begun(), looked({ bias: 1 }, { bias: 1 }, { bias: Infinity })]),
    },
    told: "a--",
    figures: { a: null },
  });
});
