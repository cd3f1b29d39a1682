import { assertEquals } from "@std/assert";
import { describeEvent } from "./event_words.ts";
import { epochDone, joined, left, RUN_ENDED, RUN_STARTED, STARTED_AT } from "../run/testing.ts";

Deno.test("every event is a sentence for a person", () => {
  const words = [
    RUN_STARTED,
    joined(1),
    left(1, 1_420),
    left(1),
    { type: "workerRefused", at: STARTED_AT, name: "", code: "proof", reason: "Other bits." } as const,
    {
      type: "rangeReassigned",
      at: STARTED_AT,
      step: 7,
      range: { first: 2, end: 4 },
      from: "a",
      to: "b",
      reason: "a left.",
    } as const,
    { type: "waiting", at: STARTED_AT, reason: "No worker." } as const,
    { type: "resumed", at: STARTED_AT, waitedMs: 2_000 } as const,
    { type: "checkpoint", at: STARTED_AT, step: 391 } as const,
    { type: "notice", at: STARTED_AT, text: "Fewer leaves than workers." } as const,
    epochDone(2, { train: 0.99, validation: 0.97, test: 0.96 }),
    epochDone(3, { train: 0.99 }),
    RUN_ENDED,
  ].map(describeEvent).map(({ text, detail, tone }) => [tone, text, detail]);
  assertEquals(words, [
    ["plain", "Run tiny started", ""],
    ["good", "worker-1 joined", "Deno, wasm, 2 threads"],
    ["bad", "worker-1 left during step 1,420", "Silent."],
    ["bad", "worker-1 left", "Silent."],
    ["bad", "A worker was refused", "Other bits."],
    ["warning", "2 leaves of step 7 moved from a to b", "a left."],
    ["warning", "The run waits", "No worker."],
    ["good", "The run goes on after 2 s", ""],
    ["quiet", "Checkpoint after step 391", ""],
    ["plain", "Fewer leaves than workers.", ""],
    ["plain", "Epoch 2: test 96.00 %, validation 97.00 %", "train loss 1.000, 1 s, 40 samples/s"],
    ["plain", "Epoch 3: train 99.00 %", "train loss 1.000, 1 s, 40 samples/s"],
    ["good", "Run completed", "All 5 epochs are done."],
  ]);
});
