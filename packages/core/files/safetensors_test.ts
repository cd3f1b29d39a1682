import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.ts";

/** The file that the format's description gives for one U8 and one F32 tensor, written by hand. */
function handWritten(): Uint8Array<ArrayBuffer> {
  const header = '{"__metadata__":{"by":"hand"},' +
    '"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},' +
    '"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}';
  const spaces = " ".repeat(184 - header.length);
  return Uint8Array.from([
    ...[184, 0, 0, 0, 0, 0, 0, 0],
    ...[...header + spaces].map((character) => character.charCodeAt(0)),
    ...[0x00, 0x00, 0x80, 0x3f], // 1
    ...[0x00, 0x00, 0x20, 0xc0], // -2.5
    ...[7, 8, 255],
  ]);
}

const TENSORS = new Map<string, StoredTensor>([
  ["b", { shape: [3], data: Uint8Array.of(7, 8, 255) }],
  ["a", { shape: [2, 1], data: Float32Array.of(1, -2.5) }],
]);
const METADATA = new Map([["by", "hand"]]);

/** A file with this header and `dataBytes` zeros. */
function file(header: string, dataBytes: number): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  bytes[0] = text.length & 255;
  bytes[1] = text.length >> 8;
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: string, begin: number, end: number) =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":[${begin},${end}]}`;

Deno.test("encodeSafetensors() gives the hand-written bytes", () => {
  assertEquals(encodeSafetensors(TENSORS, METADATA), handWritten());
});

Deno.test("encodeSafetensors() gives the same bytes whatever the order of the maps", () => {
  assertEquals(encodeSafetensors(new Map([...TENSORS].reverse()), METADATA), handWritten());
});

Deno.test("encodeSafetensors() refuses a tensor that does not fill its shape", () => {
  assertThrows(
    () => encodeSafetensors(new Map([["a", { shape: [2, 3], data: new Float32Array(5) }]])),
    RangeError,
    'Cannot encode tensor "a" as shape [2,3] needs 6 elements: it has 5',
  );
});

Deno.test("decodeSafetensors() reads the hand-written bytes", () => {
  const { tensors, metadata } = decodeSafetensors(handWritten());
  assertEquals(new Map(tensors), TENSORS);
  assertEquals(new Map(metadata), METADATA);
});

Deno.test("decodeSafetensors() gives views of the bytes, and a copy only of floats that are not aligned", () => {
  const bytes = handWritten();
  for (const { data } of decodeSafetensors(bytes).tensors.values()) {
    assertStrictEquals(data.buffer, bytes.buffer);
  }

  const moved = new Uint8Array(bytes.length + 1);
  moved.set(bytes, 1);
  const { tensors } = decodeSafetensors(moved.subarray(1));
  assertEquals(new Map(tensors), TENSORS);
  assertNotStrictEquals(tensors.get("a")?.data.buffer, moved.buffer);
  assertStrictEquals(tensors.get("b")?.data.buffer, moved.buffer);
});

Deno.test("decodeSafetensors() keeps names that are special to JavaScript or JSON", () => {
  const names = ["__proto__", "constructor", "1", 'a"b\\', "a:b", "é✓", ""];
  const tensors = new Map(names.map((name, i) => [name, { shape: [], data: Uint8Array.of(i) }]));
  assertEquals(new Map(decodeSafetensors(encodeSafetensors(tensors)).tensors), tensors);
});

Deno.test("decodeSafetensors() reads tensors without elements and files without tensors", () => {
  const tensors = new Map([["none", { shape: [0, 3], data: new Float32Array() }]]);
  assertEquals(new Map(decodeSafetensors(encodeSafetensors(tensors)).tensors), tensors);
  assertEquals(decodeSafetensors(file("{}", 0)).tensors.size, 0);
});

Deno.test("decodeSafetensors() takes the names in any order, as other programs write them", () => {
  const header = `{"late":${entry('"U8"', "[2]", 4, 6)},"early":${entry('"F32"', "[1]", 0, 4)}}`;
  assertEquals([...decodeSafetensors(file(header, 6)).tensors.keys()], ["early", "late"]);
});

Deno.test("decodeSafetensors() refuses every file that lacks its last bytes", () => {
  const bytes = handWritten();
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeSafetensors(bytes.subarray(0, length)), RangeError);
  }
});

Deno.test("decodeSafetensors() throws nothing but a RangeError or a SyntaxError at any single changed byte", () => {
  for (let i = 0; i < 256; i++) {
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128]) {
      const bytes = handWritten();
      bytes[i] ^= change;
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      }
    }
  }
});

Deno.test("decodeSafetensors() refuses a header length that a JavaScript number cannot hold", () => {
  const bytes = handWritten().fill(0xff, 0, 8);
  assertThrows(() => decodeSafetensors(bytes), RangeError, "18446744073709551615 are announced");
});

const HOSTILE: [
  fact: string,
  header: string,
  dataBytes: number,
  error: typeof RangeError,
  message: string,
][] = [
  ["that is no JSON", "{", 0, SyntaxError, "must be JSON in UTF-8"],
  ["that is an array", "[]", 0, SyntaxError, "must be a JSON object"],
  [
    "with a tensor twice",
    `{"a":${entry('"U8"', "[1]", 0, 1)},"a":${entry('"U8"', "[1]", 0, 1)}}`,
    1,
    SyntaxError,
    "each name once",
  ],
  [
    "with an escaped name twice",
    `{"a":${entry('"U8"', "[1]", 0, 1)},"\\u0061":${entry('"U8"', "[1]", 0, 1)}}`,
    1,
    SyntaxError,
    "each name once",
  ],
  [
    "with a dtype twice",
    '{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
    1,
    SyntaxError,
    "each name once",
  ],
  ["with an unknown dtype", `{"a":${entry('"BF16"', "[1]", 0, 2)}}`, 2, SyntaxError, 'it is "BF16"'],
  [
    "with an object for a dtype",
    `{"a":${entry('{"toString":1}', "[1]", 0, 2)}}`,
    2,
    SyntaxError,
    "no objects in a tensor's description",
  ],
  ["with a tensor that is null", '{"a":null}', 0, SyntaxError, "dtype must be"],
  ["with a negative size", `{"a":${entry('"U8"', "[-1,-1]", 0, 1)}}`, 1, SyntaxError, "whole numbers"],
  ["with a size that is no array", `{"a":${entry('"U8"', "1", 0, 1)}}`, 1, SyntaxError, "whole numbers"],
  [
    "with a shape that overflows",
    `{"a":${entry('"U8"', `[1${",9007199254740991".repeat(20)}]`, 0, 0)}}`,
    0,
    RangeError,
    "needs Infinity bytes",
  ],
  [
    "with offsets that do not fit the shape",
    `{"a":${entry('"F32"', "[2]", 0, 7)}}`,
    7,
    RangeError,
    "needs 8 bytes",
  ],
  ["with offsets that run backwards", `{"a":${entry('"U8"', "[1]", 2, 1)}}`, 2, RangeError, "hold -1"],
  [
    "with offsets beyond the file",
    `{"a":${entry('"U8"', "[3]", 0, 3)}}`,
    2,
    RangeError,
    "describes 3 bytes of data: 2",
  ],
  [
    "with tensors that overlap",
    `{"a":${entry('"U8"', "[2]", 0, 2)},"b":${entry('"U8"', "[2]", 1, 3)}}`,
    3,
    RangeError,
    "at 2: it begins at 1",
  ],
  [
    "with a gap",
    `{"a":${entry('"U8"', "[1]", 0, 1)},"b":${entry('"U8"', "[1]", 2, 3)}}`,
    3,
    RangeError,
    "at 1: it begins at 2",
  ],
  [
    "with bytes after the last tensor",
    `{"a":${entry('"U8"', "[1]", 0, 1)}}`,
    2,
    RangeError,
    "describes 1 bytes of data: 2",
  ],
  ["with metadata that is no string", '{"__metadata__":{"a":1}}', 0, SyntaxError, "strings to strings"],
];

for (const [fact, header, dataBytes, error, message] of HOSTILE) {
  Deno.test(`decodeSafetensors() refuses a header ${fact}`, () => {
    assertThrows(() => decodeSafetensors(file(header, dataBytes)), error, message);
  });
}

Deno.test("decodeSafetensors() refuses a header that is not UTF-8", () => {
  const bytes = file('{"a": 1}', 0);
  bytes[10] = 0xff;
  assertThrows(() => decodeSafetensors(bytes), SyntaxError, "JSON in UTF-8");
});
