import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Speedup } from "@tributary/protocol";
import { map } from "rxjs";
import { FACTS, marbles, RUN_STARTED, statesAfter, update } from "../run/testing.ts";
import { speedupView, speedupView$ } from "./speedup_view.ts";

/** Two workers: 2 ms of 10 are computing, 7.9 the wire. */
const WIRE: Speedup = {
  used: 2,
  workers: 2,
  samples: 100,
  leaves: 8,
  fastest: "anvil",
  aloneMs: 12,
  predictedMs: 10,
  measuredMs: 10,
  last: "borealis",
  computeMs: 2,
  wireMs: 7.9,
  ownMs: 0.1,
  idealMs: 2,
  hidingBatch: 1_600,
};

Deno.test("speedupView() compares measured and predicted with the fastest worker alone", () => {
  const { measured, predicted, note } = speedupView({ ...WIRE, measuredMs: 12.5 }, 50_000);
  assertEquals([measured, predicted], ["0.96 ×", "1.20 ×"]);
  assertEquals(
    note,
    "as fast as anvil alone, which at its present speed would take 12 ms for a step of 100 samples; together it takes 12.5 ms.",
  );
  const alone = speedupView({ ...WIRE, workers: 1, used: 1, aloneMs: 10 }, 50_000);
  assertEquals([alone.measured, alone.note], ["1.00 ×", "anvil is alone: there is nothing to share."]);
});

Deno.test("speedupView() says what a step goes on, and which batch would hide the wire", () => {
  const { sentences, parts } = speedupView(WIRE, 50_000);
  assertEquals(sentences, ["79 % of a step is the wire; a batch of 1,600 would hide it."]);
  assertEquals(parts.map(({ kind, text }) => `${kind} ${text}`), [
    "computing 2 ms, 20 %",
    "uneven 0 ms, 0 %",
    "wire 7.9 ms, 79 %",
    "own 0.1 ms, 1 %",
    "rest 0 ms, 0 %",
  ]);
  const { start, share } = parts.at(-1)!;
  assertAlmostEquals(start + share, 1, 1e-12);
  assertEquals(speedupView(WIRE, 1_000).sentences, [
    "79 % of a step is the wire; no batch would hide it, as that would take 1,600 samples and an epoch has 1,000.",
  ]);
});

Deno.test("speedupView() tells losses from the largest on: uneven shares, the coordinator, what is not in the model, idle workers", () => {
  const { sentences } = speedupView({
    ...WIRE,
    used: 3,
    workers: 5,
    computeMs: 5,
    wireMs: 0.5,
    ownMs: 2,
    predictedMs: 7.5,
    measuredMs: 12,
    hidingBatch: null,
  }, 50_000);
  assertEquals(sentences, [
    "38 % of a step is not in the model: answers that are late now and then, or workers that take processors " +
    "from one another.",
    "25 % of a step is waiting for borealis to have computed: 8 leaves cannot be cut so that 5 workers are done " +
    "at once; a larger batch can.",
    "17 % of a step is the coordinator’s own work: adding gradients up, and the update.",
    "2 workers of 5 get no leaves, as messages would cost more than they compute.",
  ]);
});

Deno.test("speedupView() does not hide that steps are faster than predicted, and says where next to nothing is lost", () => {
  const fine = { ...WIRE, computeMs: 9.5, idealMs: 9.4, wireMs: 0.4 };
  assertEquals(speedupView(fine, 50_000).sentences, [
    "Next to nothing is lost: nearly all of a step is computing.",
  ]);
  assertEquals(speedupView({ ...fine, measuredMs: 8 }, 50_000).sentences, [
    "Steps are faster than the model says: it takes the median of each worker by itself.",
  ]);
});

Deno.test("speedupView$ is null until speeds are known, and knows the samples of an epoch", () => {
  const pulse = (speedup: Speedup | null) => ({ workers: [], timeline: null, speedup });
  const [a, b, c, d] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({ pulse: pulse(null) }),
    update({ pulse: pulse(WIRE) }),
    update({ pulse: pulse({ ...WIRE }) }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = speedupView$(cold("abcd", { a, b, c, d })).pipe(map((view) => view?.sentences[0] ?? null));
    expectObservable(told$).toBe("a-c", {
      a: null,
      c: "79 % of a step is the wire; no batch would hide it, as that would take 1,600 samples and an epoch has " +
        `${FACTS.samples.train}.`,
    });
  });
});
