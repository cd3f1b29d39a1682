import { SATURATED_OUTPUTS } from "./saturated_outputs.ts";
import { begun, expectFigures, looked, stateAfter } from "./testing.ts";

const quadratic = begun({ loss: "quadratic" });

Deno.test("saturated outputs are a lesson with the quadratic loss while half of the answers are wrong", () => {
  expectFigures(SATURATED_OUTPUTS, {
    states: {
      a: stateAfter([quadratic]),
      b: stateAfter([quadratic, looked({ saturated: 0.9 }, { saturated: 0.49 })], [1]),
      c: stateAfter([quadratic, looked({ saturated: 0 }, { saturated: 0.8 })], [1]),
      d: stateAfter([quadratic, looked({ saturated: 0 }, { saturated: 0.2 })], [1]),
    },
    told: "a-cd",
    figures: { a: null, c: "80 % of the outputs are saturated, and 50 % of the answers are wrong", d: null },
  });
});

Deno.test("saturated outputs are no lesson with another loss, or where the outputs are right", () => {
  const seen = looked({ saturated: 0 }, { saturated: 0.8 });
  const right = stateAfter([quadratic, seen], [1]);
  right.steps.columns.accuracy.fill(0.9);
  expectFigures(SATURATED_OUTPUTS, {
    states: { a: stateAfter([begun({ loss: "crossEntropy" }), seen], [1]), b: right },
    told: "a-",
    figures: { a: null },
  });
});
