import { assertEquals } from "@std/assert";
import { EMPTY_PAD, isEmptyPad, type PadAction, reducePad } from "./pad.ts";
import { questionOf } from "./question.ts";
import type { SampleSet } from "./samples.ts";

const after = (...actions: PadAction[]) => actions.reduce(reducePad, EMPTY_PAD);
const at = (x: number, y: number) => ({ x, y });

Deno.test("reducePad() draws while the pen is down, and not before and after", () => {
  const pad = after(
    { type: "move", through: [at(1, 1)] },
    { type: "down", at: at(2, 3) },
    { type: "move", through: [at(4, 5)] },
    { type: "move", through: [at(4, 5)] },
    { type: "up" },
    { type: "move", through: [at(9, 9)] },
    { type: "down", at: at(7, 7) },
  );
  assertEquals(pad.strokes, [[at(2, 3), at(4, 5)], [at(7, 7)]]);
});

Deno.test("reducePad() keeps what leaves the pad at its edge", () => {
  const pad = after({ type: "down", at: at(-3, 5) }, { type: "move", through: [at(30, 29)] });
  assertEquals(pad.strokes, [[at(0, 5), at(28, 28)]]);
});

Deno.test("the keys' pen begins in the middle, moves, and draws where it is down", () => {
  const pad = after(
    { type: "step", right: 0, down: -4 },
    { type: "toggle" },
    { type: "step", right: 2, down: 0 },
    { type: "toggle" },
    { type: "step", right: 5, down: 5 },
  );
  assertEquals(pad.strokes, [[at(14, 10), at(16, 10)]]);
  assertEquals([pad.pen, pad.isDown], [at(21, 15), false]);
});

Deno.test("undo takes the last stroke back, clear all of them", () => {
  const drawn: PadAction[] = [{ type: "down", at: at(1, 1) }, { type: "up" }, { type: "down", at: at(2, 2) }];
  assertEquals(after(...drawn, { type: "undo" }).strokes, [[at(1, 1)]]);
  assertEquals(after(...drawn, { type: "undo" }).isDown, false);
  assertEquals(isEmptyPad(after(...drawn, { type: "clear" })), true);
  assertEquals(isEmptyPad(after({ type: "undo" })), true);
});

/** Two pictures of 2 x 3, the second one with a label. */
const SAMPLES: SampleSet = {
  count: 2,
  shape: [2, 3],
  classes: 10,
  inputs: Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16),
  labels: Uint8Array.of(3, 7),
};

Deno.test("a sample that is picked is asked as it is, and moved by whole pixels", () => {
  const ask = (...actions: PadAction[]) =>
    questionOf(after({ type: "pick", sample: 1 }, ...actions), SAMPLES);
  assertEquals(ask(), { input: Uint8Array.of(11, 12, 13, 14, 15, 16), label: 7 });
  assertEquals(ask({ type: "step", right: 1, down: 0 })!.input, Uint8Array.of(0, 11, 12, 0, 14, 15));
  assertEquals(ask({ type: "step", right: -2, down: 1 })!.input, Uint8Array.of(0, 0, 0, 13, 0, 0));
  assertEquals(ask({ type: "undo" }), null);
  assertEquals(after({ type: "pick", sample: 1 }, { type: "down", at: at(1, 1) }).picked, null);
});

Deno.test("a row of a table is asked as it is, and does not move", () => {
  const rows: SampleSet = { ...SAMPLES, shape: [6], inputs: Float32Array.from(SAMPLES.inputs) };
  const pad = after({ type: "pick", sample: 0 }, { type: "step", right: 1, down: 0 });
  assertEquals(questionOf(pad, rows), { input: Float32Array.of(1, 2, 3, 4, 5, 6), label: 3 });
});

Deno.test("an empty pad asks nothing", () => assertEquals(questionOf(EMPTY_PAD, SAMPLES), null));
