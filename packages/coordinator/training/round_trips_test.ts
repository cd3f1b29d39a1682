import { assertEquals } from "@std/assert";
import { RoundTrips } from "./round_trips.ts";

Deno.test("RoundTrips knows the shortest of the last 12", () => {
  const trips = new RoundTrips();
  assertEquals(trips.shortestMs, null);
  trips.record(3);
  for (let i = 0; i < 11; i++) trips.record(40 + i);
  assertEquals(trips.shortestMs, 3);
  trips.record(60);
  assertEquals(trips.shortestMs, 40);
});
