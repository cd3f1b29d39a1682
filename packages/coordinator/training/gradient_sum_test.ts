import { assertEquals, assertThrows } from "@std/assert";
import { completeTree, type Subtree } from "@tributary/core";
import {
  allocateGradientFrames,
  type Frame,
  FRAME_ELEMENTS_MAX,
  GRADIENT_ELEMENTS_MIN,
  readFrame,
  writeGradientFrame,
} from "@tributary/protocol";
import { congruential } from "../../../tests/support/toy.ts";
import { firstNonFinite, GradientSum, type StepSums } from "./gradient_sum.ts";

/** A subtree's sums as the frames in which a worker sends them. */
function framesOf(
  { level, index }: Subtree,
  gradient: Float32Array<ArrayBuffer>,
  loss = 0,
  correct = 0,
  starts = [0],
): Frame[] {
  const header = {
    kind: "gradient",
    id: 1,
    level,
    index,
    correct,
    loss,
    offset: 0,
    total: 0,
    computeMs: 0,
  } as const;
  return allocateGradientFrames(gradient.length, starts).map((frame) => {
    writeGradientFrame(frame, { ...header }, new Uint8Array(gradient.buffer));
    return readFrame(frame.bytes, gradient.length) as Frame;
  });
}

/** The sums of a step, as copies. */
function finish(sum: GradientSum): { gradient: number[]; loss: number; correct: number } {
  let result!: { gradient: number[]; loss: number; correct: number };
  sum.finish(({ gradient, loss, correct }: StepSums) => {
    result = { gradient: [...gradient], loss, correct };
  });
  return result;
}

/** Receives a frame, and accepts the subtree when it is complete. */
function take(sum: GradientSum, worker: number, frame: Frame, leaves = 2): "more" | "complete" | "refused" {
  const received = sum.receive(worker, frame);
  if (typeof received === "string") return received;
  sum.accept(received, leaves);
  return "complete";
}

const leaf = (index: number): Subtree => ({ level: 0, index });

Deno.test("finish() gives completeTree()'s sums, whatever the order of arrival", () => {
  const next = congruential(1);
  const leaves = Array.from({ length: 5 }, () => ({
    gradient: Float32Array.from({ length: 3 }, () => next() / 100),
    loss: next() / 1_000,
    correct: next() % 5,
  }));
  const wanted = completeTree(
    leaves.map((sums, index) => [leaf(index), sums] as const),
    5,
    (left, right) => ({
      gradient: left.gradient.map((x, i) => Math.fround(x + right.gradient[i])),
      loss: left.loss + right.loss,
      correct: left.correct + right.correct,
    }),
  );
  for (const order of [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]]) {
    const sum = new GradientSum(3);
    for (const index of order) {
      const { gradient, loss, correct } = leaves[index];
      assertEquals(
        framesOf(leaf(index), gradient, loss, correct).map((frame) => take(sum, index, frame, 5)),
        [
          "complete",
        ],
      );
    }
    assertEquals(finish(sum), { ...wanted, gradient: [...wanted.gradient] });
  }
});

Deno.test("finish() leaves an empty sum, whose storage is used again without a trace of the last step", () => {
  const sum = new GradientSum(2);
  take(sum, 1, framesOf(leaf(0), Float32Array.of(1, 2), 3, 4)[0], 1);
  assertEquals(finish(sum), { gradient: [1, 2], loss: 3, correct: 4 });
  assertThrows(() => finish(sum), RangeError, "leaves are missing");
  take(sum, 1, framesOf(leaf(0), Float32Array.of(5, 6), 7, 8)[0], 1);
  assertEquals(finish(sum), { gradient: [5, 6], loss: 7, correct: 8 });
});

Deno.test("receive() puts the frames of a long gradient together, also when two workers' frames alternate", () => {
  const length = FRAME_ELEMENTS_MAX + 2;
  const sum = new GradientSum(length);
  const left = framesOf(leaf(0), new Float32Array(length).fill(1));
  const right = framesOf(leaf(1), new Float32Array(length).fill(2));
  assertEquals(
    [take(sum, 1, left[0]), take(sum, 2, right[0]), take(sum, 2, right[1]), take(sum, 1, left[1])],
    ["more", "more", "complete", "complete"],
  );
  sum.finish(({ gradient }) => assertEquals(gradient.every((x) => x === 3), true));
});

Deno.test("receive() refuses the frames of a long gradient out of order, repeated or from the middle on", () => {
  const length = FRAME_ELEMENTS_MAX + 2;
  const sum = new GradientSum(length);
  const [first, second] = framesOf(leaf(0), new Float32Array(length));
  assertEquals(take(sum, 1, second), "refused");
  assertEquals([take(sum, 2, first), take(sum, 2, first)], ["more", "refused"]);
});

Deno.test("receive() takes layers in one frame or in two, and refuses a gap, an overlap and a second end", () => {
  const first = 12, second = first + GRADIENT_ELEMENTS_MIN, length = second + GRADIENT_ELEMENTS_MIN;
  const gradient = Float32Array.from({ length }, (_, i) => i);
  const cut = (...starts: number[]) => framesOf(leaf(0), gradient, 0, 0, [0, ...starts]);
  const [c, b, a] = cut(first, second), [bc] = cut(first), [, ab] = cut(second), [abc] = cut();
  const sum = new GradientSum(length);
  let worker = 0;
  const takeAll = (...frames: Frame[]) => {
    worker++;
    return frames.map((frame) => {
      const received = sum.receive(worker, frame);
      if (typeof received === "string") return received;
      assertEquals(received.gradient.every((x, i) => x === i), true);
      sum.release(received);
      return "complete";
    });
  };
  assertEquals(takeAll(abc), ["complete"]);
  assertEquals(takeAll(c, b, a), ["more", "more", "complete"]);
  assertEquals(takeAll(bc, a), ["more", "complete"]);
  assertEquals(takeAll(c, ab), ["more", "complete"]);
  assertEquals(takeAll(c, a), ["more", "refused"], "a gap");
  assertEquals(takeAll(bc, b), ["more", "refused"], "an overlap");
  assertEquals(takeAll(c, abc), ["more", "refused"], "the whole after a part");
  assertEquals(takeAll(c, c), ["more", "refused"], "the end twice");
  assertEquals(takeAll(b), ["refused"], "the middle first");
  assertEquals(takeAll(a), ["refused"], "the beginning first");
});

Deno.test("drop() forgets the half gradients of one worker and nothing else", () => {
  const length = FRAME_ELEMENTS_MAX + 2;
  const sum = new GradientSum(length);
  const [first, second] = framesOf(leaf(0), new Float32Array(length).fill(1));
  const other = framesOf(leaf(1), new Float32Array(length).fill(2));
  take(sum, 1, first);
  take(sum, 11, other[0]);
  sum.drop(1);
  assertEquals(take(sum, 11, other[1]), "complete", "worker 11 is not worker 1");
  assertEquals([take(sum, 2, first), take(sum, 2, second)], ["more", "complete"]);
  sum.finish(({ gradient }) => assertEquals(gradient.every((x) => x === 3), true));
});

Deno.test("firstNonFinite() finds every kind of NaN and infinity, and nothing else", () => {
  const largest = new Float32Array(
    new Uint32Array([0x7f7fffff, 0xff7fffff, 1, 0x80000001, 0, 0x80000000]).buffer,
  );
  assertEquals(firstNonFinite(largest), -1);
  assertEquals(firstNonFinite(new Float32Array(0)), -1);
  for (const word of [0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0x7f800001]) {
    const words = new Uint32Array([0x3f800000, 0, word, 0x3f800000]);
    assertEquals(firstNonFinite(new Float32Array(words.buffer)), 2, word.toString(16));
  }
});
