import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  allocateFrames,
  allocateGradientFrames,
  FRAME_ELEMENTS_MAX,
  FRAME_HEADER_BYTES,
  frameCount,
  type FrameHeader,
  GRADIENT_ELEMENTS_MIN,
  readFrame,
  writeFrames,
  writeGradientFrame,
} from "./frames.ts";
import { LIMITS } from "./limits.ts";

const header: FrameHeader = {
  kind: "gradient",
  id: 0x01020304,
  level: 5,
  index: 6,
  correct: 7,
  loss: -1.5,
  offset: 0,
  total: 0,
  computeMs: 0.25,
};

/** The layout table of frames.ts written out by hand for {@link header} and the elements 1 and -0. */
// deno-fmt-ignore
const BY_HAND = [
  0x54, 0x52, 0x49, 0x42, // "TRIB"
  3, 0, // version
  2, 0, // kind: gradient
  4, 3, 2, 1, // id
  5, 0, 0, 0, // level
  6, 0, 0, 0, // index
  7, 0, 0, 0, // correct
  0, 0, 0, 0, 0, 0, 0xf8, 0xbf, // loss -1.5
  0, 0, 0, 0, // offset
  2, 0, 0, 0, // total
  0, 0, 0x80, 0x3e, // computeMs 0.25
  0, 0, 0, 0, // reserved
  0, 0, 0x80, 0x3f, // 1
  0, 0, 0, 0x80, // -0
];

function bytesOf(elements: Float32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(elements.buffer);
}

function framesOf(
  elements: Float32Array<ArrayBuffer>,
  from: FrameHeader = header,
): Uint8Array<ArrayBuffer>[] {
  const frames = allocateFrames(elements.length);
  writeFrames(frames, { ...from }, bytesOf(elements));
  return frames;
}

/** A good frame of two elements with a few of its bytes replaced. */
function damaged(at: number, ...bytes: number[]): Uint8Array {
  const frame = Uint8Array.from(BY_HAND);
  frame.set(bytes, at);
  return frame;
}

/** The same as a frame of parameters. */
function parameters(at: number, ...bytes: number[]): Uint8Array {
  const frame = damaged(at, ...bytes);
  frame[6] = 1;
  return frame;
}

Deno.test("writeFrames() writes the layout of the table, byte for byte as by hand", () => {
  const [frame] = framesOf(Float32Array.of(1, -0));
  assertEquals([...frame], BY_HAND);
});

Deno.test("readFrame() gives back what writeFrames() was given, for both kinds", () => {
  for (const kind of ["parameters", "gradient"] as const) {
    const elements = Float32Array.of(1.5, -0, NaN, -Infinity, 1e-45);
    const [bytes] = framesOf(elements, { ...header, kind });
    const frame = readFrame(bytes, 5);
    assert(typeof frame !== "string", String(frame));
    assertEquals(frame.header, { ...header, kind, total: 5 });
    assertEquals(frame.elements, bytesOf(elements));
  }
});

Deno.test("readFrame() reads a frame that lies at an odd address", () => {
  const buffer = new Uint8Array(BY_HAND.length + 3);
  buffer.set(BY_HAND, 3);
  const frame = readFrame(buffer.subarray(3), 2);
  assert(typeof frame !== "string", String(frame));
  assertEquals([...frame.elements], BY_HAND.slice(FRAME_HEADER_BYTES));
});

Deno.test("a NaN or infinite loss travels", () => {
  for (const loss of [NaN, Infinity, -Infinity]) {
    const frame = readFrame(framesOf(Float32Array.of(1), { ...header, loss })[0], 1);
    assert(typeof frame !== "string", String(frame));
    assertEquals(frame.header.loss, loss);
  }
});

Deno.test("a full frame is exactly 2 MiB, and one element more makes a second frame", () => {
  assertEquals(FRAME_HEADER_BYTES % 16, 0);
  assertEquals(FRAME_HEADER_BYTES + 4 * FRAME_ELEMENTS_MAX, LIMITS.frameBytesMax);
  assertEquals([1, FRAME_ELEMENTS_MAX, FRAME_ELEMENTS_MAX + 1].map(frameCount), [1, 1, 2]);
});

Deno.test("a tensor longer than a frame comes back whole from its frames", () => {
  const elements = Float32Array.from({ length: FRAME_ELEMENTS_MAX + 3 }, (_, i) => i);
  const frames = framesOf(elements, { ...header, kind: "parameters" });
  assertEquals(frames.map(({ length }) => length), [LIMITS.frameBytesMax, FRAME_HEADER_BYTES + 12]);
  const back = new Uint8Array(4 * elements.length);
  for (const bytes of frames) {
    const frame = readFrame(bytes, elements.length);
    assert(typeof frame !== "string", String(frame));
    back.set(frame.elements, 4 * frame.header.offset);
  }
  // Not assertEquals: it would take seconds for millions of elements.
  const numbers = new Float32Array(back.buffer);
  assert(numbers.every((number, i) => number === elements[i]));
});

Deno.test("a gradient is cut from its end, where layers begin and frames are full, and comes back whole", () => {
  const min = GRADIENT_ELEMENTS_MIN, full = FRAME_ELEMENTS_MAX;
  const cases: [total: number, starts: number[], offsets: number[]][] = [
    [1, [0], [0]],
    [10, [0, 3, 7], [0]],
    [min, [0, 1], [0]],
    [min + 1, [0, 1], [1, 0]],
    [2 * min + 5, [0, min, 2 * min], [min, 0]],
    [full + 2, [0], [2, 0]],
    [full + 5, [0, 4, 6], [6, 0]],
    [full + min + 5, [0, 4], [min + 5, 4, 0]],
    [2 * full + min, [0, min], [full + min, min, 0]],
  ];
  for (const [total, starts, offsets] of cases) {
    const frames = allocateGradientFrames(total, starts);
    assertEquals(frames.map(({ offset }) => offset), offsets);
    const gradient = Float32Array.from({ length: total }, (_, i) => i);
    let end = total;
    for (const frame of frames) {
      writeGradientFrame(frame, { ...header }, bytesOf(gradient));
      const read = readFrame(frame.bytes, total);
      assert(typeof read !== "string", String(read));
      const numbers = new Float32Array(read.elements.slice().buffer);
      assert(numbers.every((number, i) => number === read.header.offset + i));
      assertEquals(read.header.offset + numbers.length, end, "each ends where the one before it begins");
      end = read.header.offset;
    }
    assertEquals(end, 0);
  }
});

Deno.test("readFrame() says what is wrong with a malformed frame", () => {
  const cases: [what: string, frame: Uint8Array, total: number, sentence: string][] = [
    ["empty", new Uint8Array(0), 2, "shorter than its header of 48 bytes: 0 bytes"],
    ["short", Uint8Array.from(BY_HAND.slice(0, 47)), 2, "shorter than its header of 48 bytes: 47 bytes"],
    ["magic", damaged(0, 0x55), 2, "does not begin with TRIB"],
    ["version", damaged(4, 99), 2, "version 99, wanted 3"],
    ["kind 0", damaged(6, 0), 2, "kind 0 is unknown"],
    ["kind 3", damaged(6, 3), 2, "kind 3 is unknown"],
    ["total", damaged(36, 3), 2, "has 3 elements, wanted 2"],
    ["other tensor", damaged(0, 0x54), 5, "has 2 elements, wanted 5"],
    ["offset inside", parameters(32, 1), 2, "offset 1 is no multiple"],
    ["offset beyond", parameters(32, 0xf4, 0xff, 0x07, 0x00), 2, "is no multiple of 524276 below 2"],
    ["too long", Uint8Array.from([...parameters(32, 0), 0]), 2, "has 9 bytes of elements, wanted 8"],
    ["too few", parameters(32, 0).slice(0, 52), 2, "has 4 bytes of elements, wanted 8"],
    ["gradient beyond", damaged(32, 1), 2, "has 8 bytes of elements from 1 of 2"],
    [
      "gradient too long",
      Uint8Array.from([...BY_HAND, 0, 0, 0, 0]),
      2,
      "has 12 bytes of elements from 0 of 2, wanted 4 to 8",
    ],
    ["no gradient", Uint8Array.from(BY_HAND.slice(0, 48)), 2, "has 0 bytes of elements from 0 of 2"],
    ["odd gradient", Uint8Array.from(BY_HAND.slice(0, 55)), 2, "has 7 bytes of elements from 0 of 2"],
  ];
  for (const [what, frame, total, sentence] of cases) {
    const read = readFrame(frame, total);
    assert(typeof read === "string", `${what} was read`);
    assertStringIncludes(read, sentence);
    assertStringIncludes(read, "Cannot read a frame");
  }
});
