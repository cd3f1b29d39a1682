import { assertEquals } from "@std/assert";
import { map, share } from "rxjs";
import type { ConnectionNews } from "./connection.ts";
import { runInAddress, runStream, shownRun } from "./run_stream.ts";
import { marbles, RUN_STARTED, steps, update } from "./testing.ts";

/** An update with so many steps. */
const told = (count: number): ConnectionNews => ({
  update: update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, Array(count).fill(1)) }),
});

Deno.test("shownRun() shows another run at once, and the live one as it is then when it comes back", () => {
  marbles(({ cold, hot, expectObservable }) => {
    const live = runStream(hot("-a---b---c", { a: told(1), b: told(2), c: told(3) }).pipe(share()));
    expectObservable(live.state$.pipe(map(({ steps }) => steps.length))).toBe("0a---b---c", {
      0: 0,
      a: 1,
      b: 2,
      c: 3,
    });
    const id$ = hot("n--p---n--", { n: null, p: 7 });
    const shown = shownRun(live, id$, (id) => cold("-r", { r: told(10 * id) }));
    expectObservable(shown.state$.pipe(map(({ steps }) => steps.length))).toBe("0a-er--b-c", {
      0: 0,
      a: 1,
      e: 0,
      r: 70,
      b: 2,
      c: 3,
    });
  });
});

Deno.test("runInAddress() is a number, or the live run", () => {
  const ids = ["?run=12", "?run=", "?run=x", "?run=-1", "?run=1e3", "", `?run=${"9".repeat(20)}`];
  assertEquals(ids.map((search) => runInAddress(new URLSearchParams(search))), [12, ...Array(6).fill(null)]);
});
