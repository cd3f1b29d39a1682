import { assertEquals } from "@std/assert";
import { FACTS } from "../run/testing.ts";
import { answerView, outputKind, outputText } from "./answer_view.ts";

Deno.test("answerView() tells softmax outputs as probabilities, in the order of the labels", () => {
  const { answer, confidence, bars, hidden, step } = answerView(
    { step: 7, outputs: Float32Array.of(0.25, 0.625, 0.125) },
    "probability",
  );
  assertEquals([step, answer, confidence, hidden], [7, 1, "62.5 %", 0]);
  assertEquals(bars.map(({ label, text, length, isAnswer }) => `${label} ${text} ${length} ${isAnswer}`), [
    "0 25.0 % 0.25 false",
    "1 62.5 % 0.625 true",
    "2 12.5 % 0.125 false",
  ]);
});

Deno.test("answerView() draws numbers beyond 1 against the largest one, and those below 0 not at all", () => {
  const { bars, answer } = answerView({ step: 1, outputs: Float32Array.of(-4, 2, NaN) }, "number");
  assertEquals(answer, 1);
  assertEquals(bars.map(({ text, length }) => `${text} ${length}`), ["-4.000 0", "2.000 0.5", "NaN 0"]);
});

Deno.test("answerView() shows the 12 largest of many outputs", () => {
  const outputs = Float32Array.from({ length: 40 }, (_, i) => i / 64);
  const { bars, hidden } = answerView({ step: 1, outputs }, "number");
  assertEquals([bars.length, hidden, bars[0].label, bars[11].label], [12, 28, 39, 28]);
});

Deno.test("the last layer decides how outputs are told", () => {
  const { run } = FACTS;
  assertEquals(outputKind(run), "probability");
  const layers = [{ type: "dense", units: 10, activation: "sigmoid" } as const, { type: "flatten" } as const];
  assertEquals(outputKind({ ...run, model: { ...run.model, layers } }), "number");
  assertEquals(outputText(Infinity, "probability"), "Infinity");
});
