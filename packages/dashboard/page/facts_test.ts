import { assertEquals } from "@std/assert";
import { of } from "rxjs";
import { emptyRunState } from "../run/run_state.ts";
import { FACTS } from "../run/testing.ts";
import { facts$ } from "./facts.ts";

function details(model = FACTS.run.model): Record<string, string> {
  const facts = { ...FACTS, run: { ...FACTS.run, model } };
  let found: { label: string; text: string }[] = [];
  facts$(of({ ...emptyRunState(), facts })).subscribe((words) => found = words!.details);
  return Object.fromEntries(found.map(({ label, text }) => [label, text]));
}

Deno.test("facts$ tells the run in words", () => {
  assertEquals(details(), {
    "Data set": "mnist",
    Samples: "40 train, 10 test",
    Model: "28×28 → 10 softmax",
    Parameters: "7,850",
    Loss: "log-likelihood",
    Optimiser: "SGD, learning rate 0.1, batches of 10",
    Seed: "3",
    Arithmetic: "exact, leaves of 5 samples",
  });
});

Deno.test("facts$ tells a deep model by its ends", () => {
  const layers = [1, 2, 3, 4, 5, 6].map((units) => ({ type: "dense", units, activation: "relu" } as const));
  assertEquals(
    details({ ...FACTS.run.model, layers }).Model,
    "28×28 → 1 relu → 2 relu → … → 6 relu (6 layers)",
  );
});

Deno.test("facts$ tells a convolutional model in few words", () => {
  const layers = [
    { type: "convolution", maps: 20, kernel: [5, 5], stride: 1, padding: 0, activation: "relu" },
    { type: "maxPool", size: [2, 2], stride: 2 },
    { type: "averagePool", size: [1, 3], stride: 1 },
    { type: "flatten" },
    { type: "dense", units: 10, activation: "softmax" },
  ] as const;
  assertEquals(
    details({ ...FACTS.run.model, layers: [...layers] }).Model,
    "28×28 → 20 of 5×5 relu → max 2×2 → mean 1×3 → flat → 10 softmax",
  );
});
