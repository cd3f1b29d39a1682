import { epochDone } from "../run/testing.ts";
import { GUESSING } from "./guessing.ts";
import { begun, expectFigures, stateAfter } from "./testing.ts";

Deno.test("an epoch with a tenth of ten classes right is a lesson, and one that beats chance is none", () => {
  expectFigures(GUESSING, {
    states: {
      a: stateAfter([begun()], [2.3]),
      b: stateAfter([begun(), epochDone(1, { train: 0.11 })]),
      c: stateAfter([begun(), epochDone(1, { train: 0.16 })]),
    },
    told: "abc",
    figures: { a: null, b: "11.0 % right; a guess among 10 is right 10.0 % of the time", c: null },
  });
});
