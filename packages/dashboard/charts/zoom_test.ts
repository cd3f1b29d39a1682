import { assertEquals } from "@std/assert";
import { EMPTY_LINE, type Line } from "./line.ts";
import { convertZoom, panBy, type Range, zoomBy, zoomedRange, zoomTo } from "./zoom.ts";

const WHOLE: Range = [0, 100];

Deno.test("zoomTo() stays within the whole, and is none where it would show all", () => {
  assertEquals(zoomTo([20, 30], WHOLE), { from: 20, to: 30 });
  assertEquals(zoomTo([-10, 10], WHOLE), { from: 0, to: 20 });
  assertEquals(zoomTo([-1, 100], WHOLE), null);
  assertEquals(zoomTo([50, 50], WHOLE)!.to! > 50, true, "never empty");
});

Deno.test("a part that reaches the last point goes on with it, another one stays", () => {
  assertEquals(zoomTo([90, 120], WHOLE), { from: 70, to: null });
  assertEquals(zoomedRange({ from: 70, to: null }, [0, 200]), [70, 200]);
  assertEquals(zoomedRange({ from: 70, to: 80 }, [0, 200]), [70, 80]);
});

Deno.test("a part that is not there, as in an old link, shows all", () => {
  assertEquals(zoomedRange({ from: 500, to: null }, WHOLE), WHOLE);
  assertEquals(zoomedRange({ from: 5, to: 4 }, WHOLE), WHOLE);
});

Deno.test("zoomBy() keeps a place where it is, and panBy() the size", () => {
  assertEquals(zoomBy(0.5, { range: [20, 60], whole: WHOLE, at: 30 }), { from: 25, to: 45 });
  assertEquals(zoomBy(2, { range: [20, 60], whole: WHOLE, at: 40 }), { from: 0, to: 80 });
  assertEquals(zoomBy(4, { range: [20, 60], whole: WHOLE, at: 40 }), null);
  assertEquals(panBy(0.5, { range: [20, 40], whole: WHOLE }), { from: 30, to: 50 });
  assertEquals(panBy(-2, { range: [20, 40], whole: WHOLE }), { from: 0, to: 20 });
});

Deno.test("convertZoom() shows the same rows by another axis", () => {
  const line: Line = {
    ...EMPTY_LINE,
    length: 4,
    x: {
      step: Float64Array.of(1, 2, 3, 4),
      epoch: Float64Array.of(0.5, 1, 1.5, 2),
      time: Float64Array.of(9, 10, 20, 90),
    },
  };
  assertEquals(convertZoom({ from: 2, to: 3 }, line, ["step", "time"]), { from: 10, to: 20 });
  assertEquals(convertZoom({ from: 1.2, to: null }, line, ["epoch", "step"]), { from: 3, to: null });
  assertEquals(convertZoom({ from: 80, to: 99 }, line, ["time", "step"]), null, "no two rows");
  assertEquals(convertZoom({ from: 1, to: 2 }, EMPTY_LINE, ["time", "step"]), null);
});
