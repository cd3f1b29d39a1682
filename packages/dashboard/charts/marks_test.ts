import { assertEquals } from "@std/assert";
import { type Mark, marksAt, marksIn, nextMark } from "./marks.ts";

function mark(step: number, detail = ""): Mark {
  return { x: { step, epoch: step / 10, time: 2 * step }, text: `at ${step}`, detail, tone: "plain" };
}

const MARKS = [mark(30), mark(10, "why"), mark(20)];

Deno.test("marks are told by axis, from left to right, with the reason", () => {
  assertEquals(marksIn(MARKS, "time", [20, 40]).map(({ text }) => text), ["at 10", "at 20"]);
  assertEquals(marksAt(MARKS, "step", { x: 14, distance: 6 }), "at 10 (why); at 20");
  assertEquals(marksAt(MARKS, "step", { x: 15, distance: 1 }), "");
});

Deno.test("nextMark() leads from mark to mark in both ways", () => {
  const next = (x: number, isForward: boolean) => nextMark(MARKS, "step", { x, isForward })?.x.step;
  assertEquals([next(0, true), next(10, true), next(30, true)], [10, 20, undefined]);
  assertEquals([next(99, false), next(30, false), next(10, false)], [30, 20, undefined]);
});
