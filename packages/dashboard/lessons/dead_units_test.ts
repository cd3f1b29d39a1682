import { DEAD_UNITS } from "./dead_units.ts";
import { begun, expectFigures, looked, stateAfter } from "./testing.ts";

Deno.test("a layer of which two fifths are dead is a lesson, the worst one of all; a few dead ones are none", () => {
  expectFigures(DEAD_UNITS, {
    states: {
      a: stateAfter([begun()]),
      b: stateAfter([begun(), looked({ dead: 0.39 }, { dead: 0.1 }, {})]),
      c: stateAfter([begun(), looked({ dead: 0.4 }, { dead: 0.85 }, {})]),
    },
    told: "a-c",
    figures: { a: null, c: "85 % of the units of layer 2 are dead" },
  });
});
