/** Whatever a peer sends, a decoder answers with a value: nothing throws, as properties over arbitrary input. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  allocateFrames,
  FRAME_ELEMENTS_MAX,
  type FrameHeader,
  GRADIENT_ELEMENTS_MIN,
  readFrame,
  writeFrames,
} from "./frames.ts";
import { stringify } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { parseRunDescription } from "./run_description.ts";
import { cleanText } from "./text.ts";
import { UserError } from "./user_error.ts";
import { decodeWatchRequest } from "./watch.ts";
import { decodeCoordinatorMessage, decodeWorkerMessage } from "./worker_messages.ts";

/** The same cases in every run. */
const fixed = { seed: 20_260_101, numRuns: 300 };
const TYPES = [
  "hello",
  "welcome",
  "ready",
  "differentiate",
  "evaluate",
  "evaluated",
  "inspect",
  "inspected",
  "ended",
  "refused",
  "watch",
];

/** JSON values that look like messages: known types and fields with arbitrary values. */
const nearMessage = fc.dictionary(
  fc.constantFrom(
    "type",
    "round",
    "step",
    "losses",
    "layers",
    "first",
    "end",
    "split",
    "name",
    "token",
    "run",
    "__proto__",
  ),
  fc.oneof(fc.constantFrom(...TYPES), fc.jsonValue()),
);

function decodeAll(text: string): void {
  for (const decode of [decodeWorkerMessage, decodeCoordinatorMessage, decodeWatchRequest]) {
    const message = decode(text);
    assert(message === null || TYPES.concat("leaving").includes(message.type));
  }
}

Deno.test("no text, JSON or near message throws from a decoder of messages", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), decodeAll), fixed);
  fc.assert(fc.property(fc.json(), decodeAll), fixed);
  fc.assert(fc.property(nearMessage, (value) => decodeAll(JSON.stringify(value))), fixed);
});

Deno.test("deeply nested JSON does not exhaust a decoder's stack", () => {
  decodeAll("[".repeat(LIMITS.messageBytesMax));
  decodeAll("[".repeat(200_000) + "]".repeat(200_000));
  decodeAll(`${'{"type":'.repeat(100_000)}1${"}".repeat(100_000)}`);
});

Deno.test("readFrame() answers arbitrary bytes with a sentence or a frame", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(50), (bytes, total) => {
      const frame = readFrame(bytes, total);
      assert(typeof frame === "string" || frame.elements.length <= bytes.length);
    }),
    fixed,
  );
});

Deno.test("readFrame() answers a frame with arbitrary bytes changed with a sentence or a frame of the wanted size", () => {
  const change = fc.record({ at: fc.nat(59), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.integer({ min: 0, max: 60 }), (changes, length) => {
      const [bytes] = allocateFrames(3);
      writeFrames([bytes], { ...HEADER }, new Uint8Array(12));
      for (const { at, byte } of changes) bytes[at] = byte;
      const frame = readFrame(bytes.subarray(0, length), 3);
      if (typeof frame === "string") return;
      assertEquals(frame.header.offset, 0);
      const wanted = frame.header.kind === "parameters" ? [12] : [4, 8, 12];
      assert(wanted.includes(frame.elements.length));
    }),
    fixed,
  );
});

const HEADER: FrameHeader = {
  kind: "gradient",
  id: 0,
  level: 0,
  index: 0,
  correct: 0,
  loss: 0,
  offset: 0,
  total: 0,
  computeMs: 0,
};

Deno.test("readFrame() lets no gradient frame through but those of a cut from the end, whatever offset and length it has", () => {
  const min = GRADIENT_ELEMENTS_MIN, full = FRAME_ELEMENTS_MAX, total = 3 * min;
  const bytes = new Uint8Array(48 + 4 * total + 8);
  const near = (n: number) => fc.integer({ min: Math.max(0, n - 2), max: n + 2 });
  const number = fc.oneof(
    near(0),
    near(min),
    near(full),
    near(2 * min),
    near(total),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  );
  fc.assert(
    fc.property(number, number, fc.nat(3), (offset, count, rest) => {
      const [head] = allocateFrames(1);
      writeFrames([head], { ...HEADER }, new Uint8Array(4));
      bytes.set(head);
      const view = new DataView(bytes.buffer);
      view.setUint32(32, offset, true);
      view.setUint32(36, total, true);
      const frame = bytes.subarray(0, 48 + 4 * count + rest);
      const held = (frame.length - 48) / 4;
      const wanted = Number.isInteger(held) && held >= (offset === 0 ? 1 : min) && held <= full;
      const fits = wanted && offset + held <= total;
      assertEquals(typeof readFrame(frame, total) !== "string", fits, `${held} from ${offset}`);
    }),
    fixed,
  );
});

Deno.test("every header comes back from its frame", () => {
  const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const header: fc.Arbitrary<FrameHeader> = fc.record({
    kind: fc.constantFrom("parameters", "gradient"),
    id: uint32,
    level: uint32,
    index: uint32,
    correct: uint32,
    loss: fc.double(),
    offset: fc.constant(0),
    total: fc.constant(0),
    computeMs: fc.float(),
  });
  fc.assert(
    fc.property(header, fc.uint8Array({ minLength: 1, maxLength: 9 }), (header, seeds) => {
      const tensor = new Uint8Array([...seeds].flatMap((byte) => [byte, 1, 2, 3]));
      const [bytes] = allocateFrames(seeds.length);
      writeFrames([bytes], { ...header }, tensor);
      const frame = readFrame(bytes, seeds.length);
      assert(typeof frame !== "string", String(frame));
      assertEquals(frame.header, { ...header, total: seeds.length });
      assertEquals(frame.elements, tensor);
    }),
    fixed,
  );
});

Deno.test("parseRunDescription() throws nothing but a UserError with exit code 2", () => {
  const nearRun = fc.dictionary(
    fc.constantFrom("name", "dataset", "model", "optimiser", "epochs", "batchSize", "seed", "__proto__"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearRun), (value) => {
      try {
        parseRunDescription(value, "run.json");
      } catch (error) {
        assert(error instanceof UserError && error.exitCode === 2, String(error));
      }
    }),
    fixed,
  );
});

Deno.test("cleanText() never gives a control or direction character, and never more than was asked for", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, lengthMax) => {
      const clean = cleanText(text, lengthMax);
      assert([...clean].length <= lengthMax);
      assert(!/[\p{C}\u2028\u2029]/u.test(clean));
    }),
    fixed,
  );
});

Deno.test("stringify() gives a text that JSON.parse() reads, for any value", () => {
  const value = fc.anything({ values: [fc.double(), fc.string(), fc.boolean(), fc.constant(null)] });
  fc.assert(
    fc.property(value, (value) => {
      const text = stringify(value);
      if (text !== undefined) JSON.parse(text);
    }),
    fixed,
  );
});
