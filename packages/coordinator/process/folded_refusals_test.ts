import { assertEquals } from "@std/assert";
import { FoldedRefusals } from "./folded_refusals.ts";

const full = (at: number, name = "a worker") => (
  { type: "workerRefused", at, name, code: "full", reason: "The run is full" } as const
);

Deno.test("of equal refusals the first is a line, and the others are a count every 10 s and at the end", () => {
  const folded = new FoldedRefusals();
  const lines: string[] = [];
  for (let at = 0; at <= 25_000; at += 100) lines.push(...folded.lines(full(1e12 + at)));
  lines.push(...folded.rest());
  assertEquals(lines, [
    "Refused a worker (full): The run is full.",
    "Refused a worker (full) 100 more times.",
    "Refused a worker (full) 100 more times.",
    "Refused a worker (full) 50 more times.",
  ]);
  assertEquals(folded.rest(), []);
});

Deno.test("another refusal is a line of its own, after the count of those before it", () => {
  const folded = new FoldedRefusals();
  const events = [full(0), full(1), full(2, "eve"), full(3, "eve"), full(4, "eve"), full(5)];
  assertEquals(events.flatMap((event) => folded.lines(event)), [
    "Refused a worker (full): The run is full.",
    "Refused a worker (full) once more.",
    "Refused eve (full): The run is full.",
    "Refused eve (full) 2 more times.",
    "Refused a worker (full): The run is full.",
  ]);
});
