import { assertEquals } from "@std/assert";
import { isVoidAfter, type TrainingEvent } from "./events.ts";

Deno.test("a run that goes back takes epochs and checkpoints of later steps back, and nothing else", () => {
  const evaluation = { loss: 1, accuracy: 0.5 };
  const epochDone: TrainingEvent = {
    type: "epochDone",
    at: 0,
    epoch: 1,
    step: 10,
    train: evaluation,
    validation: null,
    test: null,
    seconds: 1,
    samplesPerSecond: 1,
  };
  const checkpoint: TrainingEvent = { type: "checkpoint", at: 0, step: 10 };
  const paused: TrainingEvent = { type: "paused", at: 0, step: 10, reason: "" };
  for (const [event, expected] of [[epochDone, true], [checkpoint, true], [paused, false]] as const) {
    assertEquals([isVoidAfter(event, 10), isVoidAfter(event, 9)], [false, expected]);
  }
});
