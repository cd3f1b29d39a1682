import type { StepBar, StepTimeline } from "@tributary/protocol";
import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import { joined, marbles, statesAfter, update } from "../run/testing.ts";
import { type StepView, stepView, stepView$ } from "./step_view.ts";

/** Asked at 0 ms, sent at 1, computed for 6, answered at 8; the step takes 10 ms. */
const BAR: StepBar = {
  worker: 1,
  leaves: 4,
  askedMs: 0,
  sentMs: 1,
  computeMs: 6,
  answeredMs: 8,
  late: false,
  takenOver: false,
};

function view(bars: Partial<StepBar>[], shown = 12, step: Partial<StepTimeline> = {}): StepView {
  const timeline = { step: 7, ms: 10, roundMs: 8, bars: bars.map((bar) => ({ ...BAR, ...bar })), omitted: 0 };
  return stepView({ ...timeline, ...step }, { nameOf: (id) => `w${id}`, shown });
}

Deno.test("a bar is cut into sending, computing, receiving and waiting, which add up to the step", () => {
  const { rows: [row], roundEnd, text } = view([{}]);
  assertEquals(row.parts, [
    { kind: "sending", start: 0, end: 0.1 },
    { kind: "computing", start: 0.1, end: 0.7 },
    { kind: "receiving", start: 0.7, end: 0.8 },
    { kind: "waiting", start: 0.8, end: 1 },
  ]);
  assertEquals(row.words, { sending: "1 ms", computing: "6 ms", receiving: "1 ms", waiting: "2 ms" });
  assertEquals([roundEnd, row.note], [0.8, "4 leaves"]);
  assertEquals(text, "Step 7 took 10 ms: 8 ms until the last gradient, 2 ms of adding up and updating.");
});

Deno.test("times that do not fit are cut to the bar, and where it is not known when it was sent, nothing is", () => {
  const [long, unknown] = view([{ computeMs: 99, sentMs: 5 }, { sentMs: null }]).rows;
  assertEquals(long.words, { sending: "0 ms", computing: "8 ms", receiving: "0 ms", waiting: "2 ms" });
  assertEquals(unknown.words.sending, "0 ms");
  assertEquals(unknown.words.receiving, "2 ms");
});

Deno.test("a range without an answer is drawn to the end of the round, and told", () => {
  const { rows: [, row], verdict } = view([{}, { worker: 2, answeredMs: null, late: true, leaves: 1 }]);
  assertEquals(row.parts, [
    { kind: "sending", start: 0, end: 0.1 },
    { kind: "none", start: 0.1, end: 0.8 },
    { kind: "waiting", start: 0.8, end: 1 },
  ]);
  assertEquals([row.note, row.words.computing], ["1 leaf, late, no answer", "–"]);
  assertEquals(verdict, "w1 did the step. No answer came from w2; others did its leaves.");
});

Deno.test("the verdict names who held the step up, and on what it spent more time than the others", () => {
  const others = [{ worker: 1, answeredMs: 4, computeMs: 2 }, { worker: 2, answeredMs: 5, computeMs: 3 }];
  const verdict = (bar: Partial<StepBar>) => view([...others, { worker: 3, ...bar }]).verdict;
  assertEquals(
    verdict({ computeMs: 6.5 }),
    "w3 held step 7 up by 3 ms: it computed for 6.5 ms, others for 3 ms.",
  );
  assertEquals(
    verdict({ computeMs: 2 }),
    "w3 held step 7 up by 3 ms: the way back took 5 ms, that of others 1 ms.",
  );
  assertEquals(
    verdict({ computeMs: 2, sentMs: 5 }),
    "w3 held step 7 up by 3 ms: its parameters took 5 ms to leave, those of others 1 ms.",
  );
  assertEquals(verdict({ takenOver: true }), "w3 came last, with leaves that it had taken over.");
  assertEquals(
    verdict({ answeredMs: 5.5, computeMs: 3 }),
    "Nobody held the step up: the last two answers came within 0.5 ms.",
  );
  assertEquals(view([{}]).verdict, "w1 did the whole step: it computed for 6 ms.");
});

Deno.test("of many bars those are shown that ended last, in the order of asking, and the rest is counted", () => {
  const bars = Array.from(
    { length: 100 },
    (_, i) => ({ worker: i, answeredMs: i % 2 ? i / 20 : 8 - i / 20 }),
  );
  const { rows, hidden, omitted } = view(bars, 4, { omitted: 100 });
  assertEquals(rows.map(({ name }) => name), ["w0", "w2", "w4", "w6"]);
  assertEquals([hidden, omitted], [96, 100]);
});

Deno.test("stepView$ emits when there is another step or more is to be shown, and not at every update", () => {
  const pulse = (step: number) => ({
    workers: [],
    timeline: { step, ms: 10, roundMs: 8, bars: [{ ...BAR }, { ...BAR }], omitted: 0 },
    speedup: null,
  });
  const [a, b, c, d] = statesAfter(
    update({ events: [joined(1)] }),
    update({ pulse: pulse(7) }),
    update(),
    update({ pulse: pulse(9) }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = stepView$(cold("abc-d", { a, b, c, d }), cold("1--2-", { 1: 1, 2: 2 })).pipe(
      map((view) => view && `${view.step} ${view.rows.length} ${view.rows[0].name}`),
    );
    expectObservable(told$).toBe("ab-cd", {
      a: null,
      b: "7 1 worker-1",
      c: "7 2 worker-1",
      d: "9 2 worker-1",
    });
  });
});
