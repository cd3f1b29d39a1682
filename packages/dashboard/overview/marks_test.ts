import { map } from "rxjs";
import { EMPTY_LINE } from "../charts/line.ts";
import type { TrainingEvent } from "@tributary/protocol";
import {
  joined,
  left,
  marbles,
  RUN_STARTED,
  STARTED_AT,
  statesAfter,
  steps,
  update,
} from "../run/testing.ts";
import { marks$ } from "./marks.ts";
import { stepLines$ } from "./step_lines.ts";

/** 0.1 to 0.9. */
const COUNT = Float64Array.from({ length: 9 }, (_, i) => (i + 1) / 10);

const changed: TrainingEvent = {
  type: "controlChanged",
  at: STARTED_AT + 200,
  step: 3,
  changed: { learningRate: 0.05 },
  settings: { learningRate: 0.05, weightDecay: 0, batchSize: 10 },
};

Deno.test("marks$ tells a mark at once, puts it right when the steps around it have come, and says nothing else twice", () => {
  const [a, b, c, d, e, f] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, joined(1), joined(2)] }),
    update({ steps: steps(1, [1, 1]) }),
    update({ events: [left(1, 3), changed] }), // worker 1 leaves after 500 ms
    update({ steps: steps(3, [1, 1]) }),
    update({ steps: steps(5, [1, 1]) }),
    update({ steps: steps(7, [1, 1]) }),
  );
  marbles(({ hot, expectObservable }) => {
    const state$ = hot("a-b-c-d-e-f", { a, b, c, d, e, f });
    const told$ = marks$(state$, stepLines$(state$).pipe(map(({ loss }) => loss))).pipe(
      map((marks) => marks.map(({ text, x }) => `${text} @${x.step} ${x.epoch} ${x.time}`).join("; ")),
    );
    const settings = "Settings changed from step 3 on @2 0.5 0.2";
    expectObservable(told$).toBe("a---c-d-e--", {
      a: "",
      c: `worker-1 left during step 3 @2 0.5 0.5; ${settings}`,
      d: `${settings}; worker-1 left during step 3 @4 1 0.5`,
      e: `${settings}; worker-1 left during step 3 @5 1.25 0.5`,
    });
  });
});

Deno.test("marks$ puts a checkpoint behind the last step that it holds, not where it was written", () => {
  const checkpoint: TrainingEvent = { type: "checkpoint", at: STARTED_AT + 350, step: 2 };
  const [a] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, checkpoint], steps: steps(1, [1, 1, 1, 1]) }),
  );
  marbles(({ hot, expectObservable }) => {
    const state$ = hot("a", { a });
    const told$ = marks$(state$, stepLines$(state$).pipe(map(({ loss }) => loss))).pipe(
      map((marks) => marks.map(({ text, x }) => `${text} @${x.step} ${x.epoch} ${x.time}`).join("; ")),
    );
    expectObservable(told$).toBe("a", { a: "Checkpoint after step 2 @2 0.5 0.2" });
  });
});

Deno.test("marks$ finds what is new behind events that were forgotten", () => {
  const notice = (text: string): TrainingEvent => ({ type: "notice", at: STARTED_AT, text });
  const [a] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, notice("1"), notice("2"), left(3)] }),
  );
  const b = { ...a, events: [a.events[0], a.events[3], left(1)] };
  const c = { ...a, events: [left(2)] };
  marbles(({ hot, expectObservable }) => {
    const state$ = hot("a-b-c", { a, b, c });
    const line$ = hot("l", {
      l: { ...EMPTY_LINE, length: 9, x: { step: COUNT, epoch: COUNT, time: COUNT } },
    });
    const texts$ = marks$(state$, line$).pipe(map((marks) => marks.map(({ text }) => text).join("; ")));
    expectObservable(texts$).toBe("a-b-c", {
      a: "worker-3 left",
      b: "worker-3 left; worker-1 left",
      c: "worker-3 left; worker-1 left; worker-2 left",
    });
  });
});

Deno.test("marks$ begins anew with a history that is told anew", () => {
  const [a, b] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, changed], steps: steps(1, [1, 1, 1, 1]) }),
    update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, [1, 1]) }),
  );
  marbles(({ hot, expectObservable }) => {
    const state$ = hot("a-b", { a, b });
    const count$ = marks$(state$, stepLines$(state$).pipe(map(({ loss }) => loss))).pipe(
      map(({ length }) => length),
    );
    expectObservable(count$).toBe("a-b", { a: 1, b: 0 });
  });
});
