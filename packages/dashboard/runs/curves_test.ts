import { assertEquals } from "@std/assert";
import { finalize, map, of, share } from "rxjs";
import type { ConnectionNews } from "../run/connection.ts";
import { runStream } from "../run/run_stream.ts";
import { epochDone, marbles, RUN_STARTED, steps, update } from "../run/testing.ts";
import { type Curves, curves$ } from "./curves.ts";

/** A run whose steps all have its id as their loss. */
function news(id: number): ConnectionNews {
  const events = [RUN_STARTED, epochDone(1, { test: id / 10 })];
  return { update: update({ fromStart: true, events, steps: steps(1, [id, id]) }) };
}

Deno.test("curves$ reads a run once for as long as it is among those that are compared, and gives lines in their order", () => {
  const log: string[] = [];
  const seen: Curves[] = [];
  marbles(({ cold, flush }) => {
    const open = (id: number) => {
      log.push(`open ${id}`);
      const told$ = cold("n", { n: news(id) }).pipe(finalize(() => log.push(`close ${id}`)), share());
      return runStream(told$);
    };
    const ids$ = cold("a-b-c-(d|)", { a: [1], b: [1, 2], c: [1, 2], d: [2] });
    const subscription = curves$(ids$, open).subscribe((curves) => seen.push(curves));
    flush();
    assertEquals(seen.map(({ ids }) => ids), [[1], [1, 2], [2]]);
    assertEquals(log, ["open 1", "open 2", "close 1"]);
    const losses: number[][] = [], accuracies: number[][] = [];
    const looks = seen[2].loss$.pipe(map((lines) => lines.map(({ y }) => y[0]))).subscribe((all) =>
      losses.push(all)
    );
    const epochs$ = seen[2].accuracy.test.pipe(map((lines) => lines.map(({ y }) => y[0])));
    looks.add(epochs$.subscribe((all) => accuracies.push(all)));
    assertEquals([losses.at(-1), accuracies.at(-1)], [[2], [0.2]]);
    looks.unsubscribe();
    subscription.unsubscribe();
    assertEquals(log.at(-1), "close 2");
  });
});

Deno.test("curves$ of no run has no line, at once", () => {
  let lines: unknown = null;
  curves$(of([]), () => runStream(of())).subscribe(({ loss$ }) => loss$.subscribe((all) => lines = all));
  assertEquals(lines, []);
});
