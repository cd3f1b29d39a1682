import { assertEquals } from "@std/assert";
import { reconnectPauseMs } from "./reconnect.ts";

Deno.test("reconnectPauseMs() doubles from 250 ms to 10 s", () => {
  const middle = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((attempt) => reconnectPauseMs(attempt, 0.5));
  assertEquals(middle, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
});

Deno.test("reconnectPauseMs() is spread by a quarter to both sides", () => {
  assertEquals(reconnectPauseMs(1, 0), 187.5);
  assertEquals(reconnectPauseMs(1, 1), 312.5);
});
