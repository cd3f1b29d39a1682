import { assertEquals } from "@std/assert";
import { initialParameters, planModel } from "@tributary/core";
import { toyRun } from "../../../tests/support/toy.ts";
import type { PredictorAnswer } from "./predictor_messages.ts";
import { PredictorSession } from "./predictor_session.ts";

Deno.test("an engine without relaxed SIMD is asked in portable arithmetic, and says so", async () => {
  const run = toyRun();
  const parameters = initialParameters(planModel(run.model), 1);
  const input = Float32Array.of(0.5, -0.25, 1, 0);
  const asked = async (arithmetic: "exact" | "portable") => {
    const answers: PredictorAnswer[] = [];
    const session = new PredictorSession({
      post: (answer) => answers.push(answer),
      turn: () => Promise.resolve(),
      now: () => 0,
    });
    await session.follow({ type: "open", ...run, arithmetic });
    await session.follow({ type: "parameters", parameters });
    await session.follow({ type: "ask", id: 1, input });
    return answers;
  };
  const { Module } = WebAssembly;
  try {
    WebAssembly.Module = class {
      constructor() {
        WebAssembly.Module = Module; // Only the first module, which is that of exact arithmetic, is refused.
        throw new WebAssembly.CompileError("invalid SIMD opcode");
      }
    } as unknown as typeof Module;
    const answers = await asked("exact");
    assertEquals(answers[0], { type: "inexact" });
    assertEquals(answers.slice(1), await asked("portable"));
  } finally {
    WebAssembly.Module = Module;
  }
});
