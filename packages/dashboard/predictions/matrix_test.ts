import { assertEquals } from "@std/assert";
import { marbles } from "../run/testing.ts";
import { NO_LOOKS } from "./looks.ts";
import { matrix$, matrixOf } from "./matrix.ts";
import { LOOK, SAMPLES } from "./testing.ts";

Deno.test("matrixOf() counts labels against answers, with the share of each label's samples", () => {
  const { samples, correct, rows, mistakes } = matrixOf(LOOK);
  assertEquals([samples, correct, mistakes], [8, 4, null]);
  assertEquals(rows.map(({ cells }) => cells.map(({ count }) => count)), [[2, 1, 0], [0, 2, 2], [1, 0, 0]]);
  assertEquals(rows.map(({ total, correct }) => [total, correct]), [[3, 2 / 3], [4, 0.5], [1, 0]]);
  assertEquals(rows[1].cells.map(({ share }) => share), [0, 0.5, 0.5]);
});

Deno.test("a right answer is coloured by its share, a mistake by the root of its share against the largest one", () => {
  const depths = matrixOf(LOOK).rows.map(({ cells }) => cells.map(({ depth }) => depth));
  // The largest share of a mistake is 1: label 2, taken for 0.
  assertEquals(depths, [[2 / 3, Math.sqrt(1 / 3), 0], [0, 0.5, Math.sqrt(0.5)], [1, 0, 0]]);
});

Deno.test("matrixOf() without a mistake, and with a label that no sample has", () => {
  const labels = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1);
  const { rows } = matrixOf({ ...LOOK, samples: { ...SAMPLES, labels }, answers: labels });
  assertEquals(rows.map(({ correct }) => correct), [1, 1, null]);
  assertEquals(rows.map(({ cells }) => cells.map(({ depth }) => depth)), [[1, 0, 0], [0, 1, 0], [0, 0, 0]]);
});

Deno.test("with more than 32 classes, the most frequent mistakes are listed", () => {
  const { rows, mistakes } = matrixOf({ ...LOOK, samples: { ...SAMPLES, classes: 33 } });
  assertEquals(rows, []);
  assertEquals(mistakes!.map(({ label, answer, count }) => [label, answer, count]), [[1, 2, 2], [0, 1, 1], [
    2,
    0,
    1,
  ]]);
});

Deno.test("matrix$ is counted once a look, and not for its progress", () => {
  const done = { look: LOOK, isAsked: false, progress: { state: "idle" } } as const;
  const busy = { look: LOOK, isAsked: false, progress: { state: "computing" } } as const;
  marbles(({ cold, expectObservable }) => {
    const looks$ = cold("n-d-b-d", { n: NO_LOOKS, d: done, b: busy });
    expectObservable(matrix$(looks$)).toBe("n-m----", { n: null, m: matrixOf(LOOK) });
  });
});
