import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import { marbles } from "../run/testing.ts";
import { type ChartView, type Drawing, drawing$ } from "./drawing.ts";
import { EMPTY_LINE, type Line } from "./line.ts";

const RAW = { label: "raw", color: "--raw", width: 1 };
const SPEC = {
  series: [{ ...RAW, mean: { label: "mean", color: "--mean", width: 2 } }, { ...RAW, label: "other" }],
};
const VIEW: ChartView = { axis: "step", zoom: null, window: 1, isLog: false, pixels: 800 };

/** A line with a value for each step from `first` on; ten steps an epoch, a second each. */
function line(
  values: number[],
  { first = 1, origin = {}, breaks }: { first?: number; origin?: object; breaks?: number[] } = {},
): Line {
  const column = (of: (step: number) => number) => Float64Array.from(values, (_, i) => of(first + i));
  const x = {
    step: column((step) => step),
    epoch: column((step) => step / 10),
    time: column((step) => step),
  };
  return { length: values.length, x, y: Float64Array.from(values), breaks, origin };
}

function drawn(lines: Line[], view: Partial<ChartView> = {}): Drawing {
  let drawing: Drawing;
  marbles(({ cold, flush }) => {
    const views$ = cold("v", { v: { ...VIEW, ...view } });
    drawing$(SPEC, cold("l", { l: lines }), views$).subscribe((next) => drawing = next);
    flush();
  });
  return drawing!;
}

Deno.test("drawing$ draws anew for other lines, and for another width, and keeps peaks and gaps", () => {
  const lines = [line([5, 1, 4, 2, NaN, 3, 9, 0, 2, 2]), EMPTY_LINE];
  marbles(({ hot, expectObservable }) => {
    const views$ = hot("w-n", { w: VIEW, n: { ...VIEW, pixels: 2 } });
    const told$ = drawing$(SPEC, hot("l--", { l: lines }), views$).pipe(
      map(({ data: [x, raw], shown, total }) =>
        `${x.map((step, i) => `${step}:${raw[i]}`).join(" ")} ${shown}/${total}`
      ),
    );
    expectObservable(told$).toBe("w-n", {
      w: "1:5 2:1 3:4 4:2 5:null 6:3 7:9 8:0 9:2 10:2 10/10",
      n: "1:5 2:1 3:4 7:9 8:0 9:2 10:2 7/10",
    });
  });
});

Deno.test("a mean is computed of all points before they are thinned, and in pieces as at once", () => {
  const values = Array.from({ length: 1_000 }, (_, i) => Math.sin(i * i));
  const whole = drawn([line(values), EMPTY_LINE], { window: 9 });
  const origin = {};
  const grown = { ...line(values, { origin }), length: 400 };
  marbles(({ cold, flush }) => {
    const drawings: Drawing[] = [];
    const lines$ = cold("ab", { a: [grown, EMPTY_LINE], b: [line(values, { origin }), EMPTY_LINE] });
    drawing$(SPEC, lines$, cold("v", { v: { ...VIEW, window: 9, pixels: 20 } })).subscribe((next) =>
      drawings.push(next)
    );
    flush();
    assertEquals(drawings.map(({ lines: [raw] }) => raw.line.length), [400, 1_000]);
    const [x, , mean] = drawings[1].data;
    const exact = whole.lines[1].values;
    const some = x.flatMap((step, i) => mean[i] == null ? [] : [[step, mean[i]]]);
    assertEquals(some, some.map(([step]) => [step, exact[step! - 1]]));
    assertEquals(some.length <= 44, true);
  });
});

Deno.test("lines with places of their own share one x, without a gap where another one has a point", () => {
  const { data, range } = drawn([line([1, 2, 3]), line([7, 8], { first: 3 })]);
  assertEquals(data, [[1, 2, 3, 4], [1, 2, 3, undefined], [1, 2, 3, undefined], [
    undefined,
    undefined,
    7,
    8,
  ]]);
  assertEquals(range, [1, 4]);
});

Deno.test("a zoom shows its part with a point beyond each edge, counts what is in it, and follows the end if it is open", () => {
  const lines = [line([1, 2, 3, 4, 5, 6]), EMPTY_LINE];
  const closed = drawn(lines, { zoom: { from: 2.5, to: 4 } });
  assertEquals([closed.data[0], closed.range, closed.whole, closed.total], [
    [2, 3, 4, 5],
    [2.5, 4],
    [1, 6],
    2,
  ]);
  const open = drawn(lines, { zoom: { from: 5, to: null } });
  assertEquals([open.data[0], open.range], [[4, 5, 6], [5, 6]]);
  const epochs = drawn(lines, { axis: "epoch", zoom: { from: 0.25, to: 0.4 } });
  assertEquals(epochs.data[0], [0.2, 0.3, 0.4, 0.5]);
});

Deno.test("what has no logarithm is left out and counted, and what is no finite number is a gap and counted", () => {
  const { data: [x, raw], unplaced } = drawn([line([1, 0, -2, NaN, Infinity, 4]), EMPTY_LINE], {
    isLog: true,
  });
  assertEquals([x, raw], [[1, 4, 5, 6], [1, null, null, 4]]);
  assertEquals(unplaced, { notFinite: 2, notPositive: 2 });
});

Deno.test("where nothing happened for a while, a line over time has a gap, and one over steps has none", () => {
  const lines = [line([1, 2, 3, 4], { breaks: [2] }), EMPTY_LINE];
  assertEquals(drawn(lines, { axis: "time" }).data.slice(0, 2), [[1, 2, 2.5, 3, 4], [1, 2, null, 3, 4]]);
  assertEquals(drawn(lines).data[0], [1, 2, 3, 4]);
});

Deno.test("a series of means alone is drawn as its mean, and its points are counted", () => {
  const means: Drawing[] = [];
  marbles(({ cold, flush }) => {
    const lines$ = cold("l", { l: [line([5, 1, 4, 2])] });
    const view$ = cold("v", { v: { ...VIEW, window: 3 } });
    drawing$({ series: [{ ...RAW, isSmoothed: true }] }, lines$, view$).subscribe((next) => means.push(next));
    drawing$({ series: [{ ...RAW, mean: RAW }] }, lines$, view$).subscribe((next) => means.push(next));
    flush();
  });
  const [alone, both] = means;
  assertEquals(alone.data, [both.data[0], both.data[2]]);
  assertEquals([alone.total, alone.shown, both.total], [4, 4, 4]);
});
