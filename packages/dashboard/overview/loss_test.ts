import { assertAlmostEquals, assertEquals } from "@std/assert";
import { map } from "rxjs";
import { marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { loss$, smoothingWindow } from "./loss.ts";

const [started, two, same, three] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [4, 2]) }),
  update(),
  update({ steps: steps(3, [2]) }),
);
const [again] = statesAfter(update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, [9]) }));

Deno.test("loss$ tells the mean only when there are new steps, and starts anew with a new history", () => {
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: two, c: same, d: three, e: again });
    // α = 2/11: (4·(9/11) + 2) / (9/11 + 1), and so on.
    expectObservable(loss$(state$).pipe(map(({ last }) => last?.toFixed(9)))).toBe("a-b---d-e", {
      a: undefined,
      b: (58 / 20).toFixed(9),
      d: ((4 * 81 + 2 * 99 + 2 * 121) / (81 + 99 + 121)).toFixed(9),
      e: "9.000000000",
    });
  });
});

Deno.test("loss$ smooths in pieces as it would smooth at once", () => {
  const [whole] = statesAfter(update({ events: [RUN_STARTED], steps: steps(1, [4, 2, 2]) }));
  marbles(({ cold, flush }) => {
    const lasts: (number | null)[] = [];
    loss$(cold("ab", { a: two, b: three })).subscribe(({ last }) => lasts.push(last));
    loss$(cold("--c", { c: whole })).subscribe(({ last }) => lasts.push(last));
    flush();
    assertEquals(lasts.length, 3);
    assertEquals(lasts[1], lasts[2]);
    // Window 10, α = 2/11: (4·(9/11)² + 2·(9/11) + 2) / ((9/11)² + 9/11 + 1)
    assertAlmostEquals(lasts[2]!, (4 * 81 + 2 * 99 + 2 * 121) / (81 + 99 + 121), 1e-12);
  });
});

Deno.test("smoothingWindow() is a tenth of an epoch, from 10 to 500 steps", () => {
  assertEquals([4, 391, 800, 60_000].map(smoothingWindow), [10, 39, 80, 500]);
});
