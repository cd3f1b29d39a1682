import { map } from "rxjs";
import { marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { lossChart$ } from "./charts.ts";

Deno.test("lossChart$ thins to the width that the chart has, and draws no loss that is no finite number", () => {
  const losses = [5, 1, 4, 2, NaN, 3, 9, 0, 2, 2];
  const [state] = statesAfter(update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, losses) }));
  marbles(({ hot, expectObservable }) => {
    const chart$ = lossChart$(hot("s--", { s: state }), hot("w-n", { w: 800, n: 2 })).pipe(
      map(({ x, series: [raw] }) => x.map((step, index) => `${step}:${raw[index]}`).join(" ")),
    );
    expectObservable(chart$).toBe("w-n", {
      w: "1:5 2:1 3:4 4:2 5:null 6:3 7:9 8:0 9:2 10:2",
      n: "1:5 2:1 7:9 8:0 10:2",
    });
  });
});
