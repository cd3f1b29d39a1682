import { assertEquals } from "@std/assert";
import type { TrainingEvent } from "./events.ts";
import { stringify } from "./json.ts";
import { decodeRuns, figuresOf, type RunFigures, type RunSummary, standingAt } from "./run_summary.ts";

function epoch(
  number: number,
  { loss, validation, seconds = 1, rate = 100 }: {
    loss: number;
    validation: number;
    seconds?: number;
    rate?: number;
  },
): Extract<TrainingEvent, { type: "epochDone" }> {
  return {
    type: "epochDone",
    at: 0,
    epoch: number,
    step: 10 * number,
    train: { loss, accuracy: 0.5 },
    validation: { loss, accuracy: validation },
    test: null,
    seconds,
    samplesPerSecond: rate,
  };
}

Deno.test("figuresOf() tells last and best by hand-made epochs: least loss, largest accuracy, rate by time", () => {
  const epochs = [
    epoch(1, { loss: 0.9, validation: 0.8, seconds: 3, rate: 100 }),
    epoch(2, { loss: 0.4, validation: 0.95 }),
    epoch(3, { loss: 0.5, validation: 0.9, seconds: 1, rate: 300 }),
  ];
  assertEquals(figuresOf(epochs), {
    epochs: 3,
    loss: { last: 0.5, best: 0.4 },
    validation: { last: 0.9, best: 0.95 },
    test: null,
    samplesPerSecond: 140, // (3 · 100 + 100 + 300) samples in 5 s
  });
});

Deno.test("figuresOf() of no epoch has no figure; a loss that is no number is the last, and not the best one", () => {
  assertEquals(figuresOf([]), {
    epochs: 0,
    loss: null,
    validation: null,
    test: null,
    samplesPerSecond: null,
  });
  const { loss } = figuresOf([epoch(1, { loss: 2, validation: 0 }), epoch(2, { loss: NaN, validation: 0 })]);
  assertEquals(loss, { last: NaN, best: 2 });
  assertEquals(decodeRuns(stringify({ loss })), { loss } as unknown as RunFigures);
});

Deno.test("standingAt() calls a run interrupted that has not ended and whose coordinator is silent for over 10 s", () => {
  const open = { outcome: null, seenAt: 5_000 } as RunSummary;
  assertEquals(standingAt(open, 15_000), "running");
  assertEquals(standingAt(open, 15_001), "interrupted");
  assertEquals(standingAt({ ...open, outcome: "failed" }, 1e9), "failed");
});
