import type { TrainingEvent } from "@tributary/protocol";
import { epochDone } from "../run/testing.ts";
import { PAST_BEST } from "./past_best.ts";
import { begun, expectFigures, stateAfter } from "./testing.ts";

function done(epoch: number, best: number | null): TrainingEvent {
  return {
    ...epochDone(epoch, { validation: 0.9 }),
    best: best === null ? null : { epoch: best, accuracy: 0.9512 },
  } as TrainingEvent;
}

Deno.test("no improvement in ten epochs is a lesson, in nine it is none, and without validation never", () => {
  expectFigures(PAST_BEST, {
    states: {
      a: stateAfter([begun(), done(13, 4)]),
      b: stateAfter([begun(), done(14, 4)]),
      c: stateAfter([begun(), done(15, 15)]),
      d: stateAfter([begun(), done(40, null)]),
    },
    told: "abc-",
    figures: {
      a: null,
      b: "The best validation accuracy, 95.12 %, was 10 epochs ago, after epoch 4",
      c: null,
    },
  });
});
