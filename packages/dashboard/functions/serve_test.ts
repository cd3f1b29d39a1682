import { assert, assertEquals } from "@std/assert";
import { approximate, type ApproximationEvent, createWasmKernels, parseFormula } from "@tributary/core";
import type { Choice } from "./messages.ts";
import { approximations } from "./serve.ts";

const CHOICE: Choice = { formula: "x^2", from: 0, to: 1, pieces: 4, hidden: 3 };

Deno.test("approximations() gives the events of core's approximate(), one a request, and then says that it is done", () => {
  const answer = approximations();
  const events: ApproximationEvent[] = [];
  for (
    let told = answer({ type: "start", id: 1, choice: CHOICE });
    told?.type === "event";
    told = answer({ type: "next", id: 1 })
  ) events.push(told.event);
  const target = { formula: parseFormula("x^2"), from: 0, to: 1 };
  const kernels = (elements: number) => createWasmKernels(elements, { arithmetic: "portable" });
  assertEquals(events, [...approximate(target, { pieces: 4, hidden: 3, kernels })]);
  assertEquals(answer({ type: "next", id: 1 }), { id: 1, type: "done" });
});

Deno.test("approximations() answers nothing to a request for what is over", () => {
  const answer = approximations();
  answer({ type: "start", id: 1, choice: CHOICE });
  answer({ type: "start", id: 2, choice: CHOICE });
  assertEquals(answer({ type: "next", id: 1 }), null);
  assertEquals(answer({ type: "next", id: 2 })?.type, "event");
});

Deno.test("approximations() says in a sentence what is wrong with a choice", () => {
  const cases: [Partial<Choice>, string][] = [
    [{ formula: "0.2 + foo(x)" }, 'Cannot read the formula "0.2 + foo(x)" at position 7'],
    [{ formula: "ln(x)", from: -1 }, "Cannot approximate ln(x) as it is NaN at x = -0.9"],
    [{ from: 2 }, "Cannot approximate a function from 2 to 1: wanted a smaller and a larger number"],
    [{ pieces: 0 }, "Cannot use 0 bumps: wanted a whole number from 1 to 200"],
    [{ formula: "x y", pieces: 21 }, "Cannot use 21 towers a side: wanted a whole number from 1 to 20"],
    [{ hidden: 101 }, "Cannot use 101 hidden neurons: wanted a whole number from 1 to 100"],
    [{ hidden: NaN }, "Cannot use NaN hidden neurons: wanted a whole number from 1 to 100"],
  ];
  const answer = approximations();
  for (const [change, wanted] of cases) {
    let told = answer({ type: "start", id: 1, choice: { ...CHOICE, ...change } });
    if (told?.type === "event") told = answer({ type: "next", id: 1 });
    assert(told?.type === "mistake" && told.reason.startsWith(wanted), JSON.stringify(told));
    assertEquals(answer({ type: "next", id: 1 }), { id: 1, type: "done" });
  }
});
