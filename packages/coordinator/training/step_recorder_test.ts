import { assertEquals } from "@std/assert";
import { LIMITS } from "@tributary/protocol";
import { fakeWorker } from "../../../tests/support/fake_socket.ts";
import { StepRecorder } from "./step_recorder.ts";

const ROUND = { round: 1, kind: "differentiate", roundLeaves: 8 } as const;

/** A worker is asked for `leaves` leaves at `askedAt`, and has answered at `doneAt`. */
function ask(id: number, leaves: number, { askedAt, doneAt }: { askedAt: number; doneAt: number | null }) {
  const { worker } = fakeWorker(id);
  const noted = worker.ledger.add(ROUND, { first: 0, end: leaves }, askedAt);
  if (doneAt !== null) noted.doneAt = doneAt;
  return { worker, noted };
}

Deno.test("a step is told as bars after its start, also ranges that are late, taken over, or were never answered", () => {
  const recorder = new StepRecorder(() => true);
  recorder.begin(7, 1_000);
  const quick = ask(1, 4, { askedAt: 1_000.5, doneAt: 1_009 });
  Object.assign(quick.noted, { sentAt: 1_001, computeMs: 6 });
  const dead = ask(2, 4, { askedAt: 1_000.6, doneAt: null });
  dead.noted.late = true;
  const helper = ask(1, 4, { askedAt: 1_010, doneAt: 1_019.25 });
  recorder.asked(quick.worker, quick.noted, false);
  recorder.asked(dead.worker, dead.noted, false);
  recorder.asked(helper.worker, helper.noted, true);
  assertEquals(recorder.latest, null);
  recorder.finish({ answered: 1_020, done: 1_022 });
  const bar = { leaves: 4, sentMs: null, computeMs: 0, answeredMs: null, late: false, takenOver: false };
  assertEquals(recorder.latest, {
    step: 7,
    ms: 22,
    roundMs: 20,
    bars: [
      { ...bar, worker: 1, askedMs: 0.5, sentMs: 1, computeMs: 6, answeredMs: 9 },
      { ...bar, worker: 2, askedMs: 0.6, late: true },
      { ...bar, worker: 1, askedMs: 10, answeredMs: 19.25, takenOver: true },
    ],
    omitted: 0,
  });
});

Deno.test("a step is recorded every 300 ms, while somebody looks on, and the last one is kept", () => {
  let isWatched = false;
  const recorder = new StepRecorder(() => isWatched);
  const steps: (number | undefined)[] = [];
  for (let step = 1; step <= 12; step++) {
    isWatched = step >= 3;
    recorder.begin(step, 100 * step);
    recorder.finish({ answered: 100 * step + 50, done: 100 * step + 60 });
    steps.push(recorder.latest?.step);
  }
  assertEquals(steps, [undefined, undefined, 3, 3, 3, 6, 6, 6, 9, 9, 9, 12]);
});

Deno.test("of more ranges than there is room for, those are told that ended last", () => {
  const recorder = new StepRecorder(() => true);
  const asks = LIMITS.timelineBarsMax + 20;
  recorder.begin(1, 0);
  for (let id = 1; id <= asks; id++) {
    const { worker, noted } = ask(id, 1, { askedAt: id / 1_000, doneAt: id === 3 ? null : 1_000 - id });
    recorder.asked(worker, noted, false);
  }
  recorder.finish({ answered: 1_000, done: 1_001 });
  const { bars, omitted } = recorder.latest!;
  assertEquals(omitted, 20);
  assertEquals(bars.map(({ worker }) => worker), Array.from({ length: bars.length }, (_, i) => i + 1));
});

Deno.test("a step that is given up is not told", () => {
  const recorder = new StepRecorder(() => true);
  recorder.begin(1, 0);
  recorder.clear();
  recorder.finish({ answered: 1, done: 2 });
  assertEquals(recorder.latest, null);
});
