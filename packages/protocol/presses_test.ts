import { assertEquals } from "@std/assert";
import { countPresses } from "./presses.ts";

Deno.test("two signals within 100 ms are one press of Ctrl-C, later ones another", () => {
  const count = countPresses();
  assertEquals([1_000, 1_001, 2_000, 2_050, 9_000].map(count), [1, 1, 2, 2, 3]);
});
