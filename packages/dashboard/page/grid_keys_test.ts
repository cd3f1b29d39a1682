import { assertEquals } from "@std/assert";
import { gridKey } from "./grid_keys.ts";

// 0 1 2
// 3 4 5
const GRID = { width: 3, height: 2 };
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

Deno.test("gridKey() goes one cell further, and stops at the edges", () => {
  assertEquals(ARROWS.map((key) => gridKey(key, 4, GRID)), [3, 5, 1, 4]);
  assertEquals(ARROWS.map((key) => gridKey(key, 0, GRID)), [0, 1, 0, 3]);
  assertEquals(ARROWS.map((key) => gridKey(key, 5, GRID)), [4, 5, 2, 5]);
});

Deno.test("gridKey() takes later rows for higher ones where they are", () => {
  assertEquals(ARROWS.map((key) => gridKey(key, 1, { ...GRID, upwards: true })), [0, 2, 4, 1]);
});

Deno.test("gridKey() knows Home and End, and no other key", () => {
  assertEquals(["Home", "End", "Enter", "a"].map((key) => gridKey(key, 2, GRID)), [0, 5, null, null]);
});
