import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { packSteps, type StepsTold, type TrainingEvent, viewSteps } from "@tributary/protocol";
import { emptyRunState, isCatchingUp, reduceRunState, type RunState } from "./run_state.ts";
import {
  epochDone,
  FACTS,
  joined,
  left,
  RUN_ENDED,
  RUN_STARTED,
  STARTED_AT,
  statesAfter,
  steps,
  update,
} from "./testing.ts";

Deno.test("an update adds its events, steps and epochs to what was known", () => {
  const [, state] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, joined(1)], steps: steps(1, [2.3, 2.2]) }),
    update({ events: [epochDone(1, { test: 0.8 })], steps: steps(3, [2.1]), at: STARTED_AT + 300 }),
  );
  assertStrictEquals(state.facts, FACTS);
  assertEquals(state.startedAt, STARTED_AT);
  assertEquals(state.at, STARTED_AT + 300);
  assertEquals(state.events.map((event) => event.type), ["runStarted", "workerJoined", "epochDone"]);
  assertEquals(state.steps.length, 3);
  assertEquals(state.epochs.length, 1);
});

Deno.test("an update from the start replaces everything, so that a reconnection doubles nothing", () => {
  const whole = update({ fromStart: true, events: [RUN_STARTED, joined(1)], steps: steps(1, [2.3, 2.2]) });
  const [first, second] = statesAfter(whole, whole);
  assertEquals(second.steps.length, 2);
  assertEquals(second.events.length, 2);
  assertEquals(second.roster.length, 1);
  assertNotStrictEquals(second.steps.origin, first.steps.origin);
});

Deno.test("reduceRunState() does not change the state that it is given", () => {
  const before = emptyRunState();
  reduceRunState(before, update({ events: [RUN_STARTED, joined(1)], steps: steps(1, [1]) }));
  const visible = (state: RunState) => ({ ...state, steps: state.steps.length });
  assertEquals(visible(before), visible(emptyRunState()));
});

Deno.test("the run waits from `waiting` to `resumed`", () => {
  const [waiting, resumed] = statesAfter(
    update({ events: [RUN_STARTED, { type: "waiting", at: STARTED_AT, reason: "No worker." }] }),
    update({ events: [{ type: "resumed", at: STARTED_AT + 10, waitedMs: 10 }] }),
  );
  assertEquals(waiting.waiting?.reason, "No worker.");
  assertEquals(resumed.waiting, null);
});

Deno.test("a step that is done after the run began to wait ends the waiting, an earlier one does not", () => {
  const [waiting, goesOn] = statesAfter(
    update({
      events: [{ type: "waiting", at: STARTED_AT + 150, reason: "No worker." }],
      steps: steps(1, [1]),
    }),
    update({ steps: steps(2, [1]) }),
  );
  assertEquals(waiting.waiting?.reason, "No worker.");
  assertEquals(goesOn.waiting, null);
});

Deno.test("a worker that left stays on the roster with its reason and its last totals", () => {
  const progress = { id: 1, leaves: 4, samples: 20, computeMs: 9 };
  const [, state] = statesAfter(
    update({ events: [joined(1), joined(2)], workers: [progress] }),
    update({ events: [left(1, 7)], workers: [{ id: 2, leaves: 1, samples: 5, computeMs: 3 }] }),
  );
  assertEquals(state.roster.map((entry) => entry.left?.reason ?? null), ["Silent.", null]);
  assertEquals(state.roster[0].left?.during, 7);
  assertEquals(state.roster[0].progress, progress);
});

Deno.test("a worker's points span 5 s, at least 500 ms apart", () => {
  const updates = Array.from({ length: 101 }, (_, index) =>
    update({
      at: STARTED_AT + 100 * index,
      events: index === 0 ? [joined(1)] : [],
      workers: [{ id: 1, leaves: index, samples: 10 * index, computeMs: 0 }],
    }));
  const points = statesAfter(...updates).at(-1)!.roster[0].points.map((point) => point.at - STARTED_AT);
  assertEquals(points, [5_000, 5_500, 6_000, 6_500, 7_000, 7_500, 8_000, 8_500, 9_000, 9_500, 10_000]);
});

Deno.test("the end of the run ends its waiting", () => {
  const [state] = statesAfter(
    update({ events: [{ type: "waiting", at: STARTED_AT, reason: "No worker." }, RUN_ENDED] }),
  );
  assertEquals(state.waiting, null);
  assertEquals(state.ended, RUN_ENDED);
});

Deno.test("a worker that is not told of has done nothing since, and what it did leaves the window", () => {
  const total = (id: number, samples: number) => ({ id, leaves: samples / 10, samples, computeMs: samples });
  const states = statesAfter(
    update({
      fromStart: true,
      events: [RUN_STARTED, joined(1), joined(2)],
      workers: [total(1, 0), total(2, 0)],
    }),
    update({ at: STARTED_AT + 1_000, workers: [total(1, 500), total(2, 500)] }),
    ...Array.from(
      { length: 14 },
      (_, i) => update({ at: STARTED_AT + 1_000 + 500 * (i + 1), workers: [total(2, 500 * (i + 2))] }),
    ),
  );
  const { roster } = states.at(-1)!;
  assertEquals(roster.map(({ progress }) => progress), [total(1, 500), total(2, 7_500)]);
  // Over the last 5 s, or a little more.
  assertEquals(roster.map(({ progress, points }) => progress!.samples - points[0].samples), [0, 5_000]);
});

Deno.test("the roster stays the same object while nothing of it changes", () => {
  const workers = [{ id: 1, leaves: 1, samples: 10, computeMs: 1 }];
  const [first, second] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, joined(1)], workers }),
    update({ at: STARTED_AT + 100 }),
  );
  assertEquals(first.roster === second.roster, true);
});

Deno.test("an event of a type that the page does not know changes nothing but the list of events", () => {
  const unknown = { type: "teleported", at: STARTED_AT } as unknown as typeof RUN_STARTED;
  const [state] = statesAfter(update({ events: [unknown] }));
  assertEquals({ ...state, events: [] }, { ...emptyRunState(), at: STARTED_AT });
});

Deno.test("the state keeps the latest inspection alone, not among the events, until the history begins anew", () => {
  const inspected = (step: number): TrainingEvent => (
    { type: "layersInspected", at: STARTED_AT, step, samples: 5, worker: "anvil", layers: [] }
  );
  const [first, second, third, anew] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, inspected(1)] }),
    update({ events: [inspected(2), inspected(3)] }),
    update(),
    update({ fromStart: true, events: [RUN_STARTED] }),
  );
  const stepOf = ({ inspected }: RunState) => inspected?.step ?? null;
  assertEquals([first, second, third, anew].map(stepOf), [1, 3, 3, null]);
  assertEquals(third.events, [RUN_STARTED]);
});

Deno.test("the state keeps the gradients' norms of all inspections, those from before it came included", () => {
  const inspected = (step: number): TrainingEvent => (
    { type: "layersInspected", at: STARTED_AT, step, samples: 5, worker: "anvil", layers: [] }
  );
  const [first, second, anew] = statesAfter(
    update({ fromStart: true, gradients: [{ step: 1, norms: [] }], events: [RUN_STARTED, inspected(1)] }),
    update({ events: [inspected(4)] }),
    update({ fromStart: true, events: [RUN_STARTED] }),
  );
  const stepsOf = ({ gradients }: RunState) => gradients.map(({ step }) => step);
  assertEquals([first, second, anew].map(stepsOf), [[1], [1, 4], []]);
});

Deno.test("steps that come as bytes follow those before, and until all announced ones are there, the state catches up", () => {
  const packed = (first: number, last: number): StepsTold => {
    const losses = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return { type: "steps", steps: viewSteps(packSteps(steps(first, losses)).buffer) };
  };
  let state = emptyRunState();
  const seen = [
    update({ fromStart: true, events: [RUN_STARTED], stepsToCome: 5 }),
    packed(1, 3),
    packed(4, 5),
    update({ steps: steps(6, [6]) }),
  ].map((told) => {
    state = reduceRunState(state, told);
    return [isCatchingUp(state), [...state.steps.columns.loss.subarray(0, state.steps.length)]];
  });
  assertEquals(seen, [[true, []], [true, [1, 2, 3]], [false, [1, 2, 3, 4, 5]], [false, [1, 2, 3, 4, 5, 6]]]);
});
