import { assertAlmostEquals } from "@std/assert";
import { logRange } from "./plot_options.ts";

Deno.test("logRange() reaches from one digit with zeros to another one, around the values", () => {
  const cases = [
    [0.175874, 2.9, 0.1, 3],
    [52.5, 19_000, 50, 20_000],
    [0.21, 0.28, 0.2, 0.3],
    [1e-9, 1e-9, 1e-9, 2e-9],
    [5, 5, 5, 10],
  ];
  for (const [min, max, from, to] of cases) {
    const [low, high] = logRange(min, max);
    assertAlmostEquals(low / from, 1, 1e-9);
    assertAlmostEquals(high / to, 1, 1e-9);
  }
});
