import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { LIMITS, packSteps, STEP_BYTES, unpackSteps } from "@tributary/protocol";
import { columnsOf } from "../history/testing.ts";
import { StepChunks } from "./step_chunks.ts";

const ROWS = LIMITS.packedStepsMax;

function filled(count: number): StepChunks {
  const chunks = new StepChunks();
  chunks.append(columnsOf(1, count));
  return chunks;
}

Deno.test("packed() gives the bytes that packSteps() makes of the same rows, and where the next ones begin", () => {
  const count = 2 * ROWS + 5;
  const chunks = filled(count), all = columnsOf(1, count);
  const cases: [first: number, end: number][] = [
    [0, ROWS],
    [ROWS - 3, ROWS],
    [ROWS + 1, 2 * ROWS],
    [2 * ROWS + 1, count],
  ];
  for (const [first, end] of cases) {
    const packed = chunks.packed(first);
    assertEquals(packed.end, end);
    assertEquals(packed.bytes, packSteps(all, first, end));
  }
});

Deno.test("a full message is not copied, however many pages get it", () => {
  const chunks = filled(ROWS + 1);
  assertStrictEquals(chunks.packed(0).bytes.buffer, chunks.packed(0).bytes.buffer);
  assertEquals(chunks.packed(0).bytes.length, ROWS * STEP_BYTES);
});

Deno.test("columns() gives rows across messages", () => {
  const chunks = filled(ROWS + 10);
  assertEquals(chunks.columns(ROWS - 2, ROWS + 2), columnsOf(ROWS - 1, ROWS + 2));
  assertEquals(chunks.columns(3, 3).step, []);
});

Deno.test("forgetAfter() keeps what was sent as it was, and rows that come again follow", () => {
  const chunks = filled(2 * ROWS);
  const { bytes } = chunks.packed(0);
  const before = bytes.slice();
  chunks.forgetAfter(100);
  assertEquals(chunks.length, 100);
  chunks.append(columnsOf(7_000, 7_000 + ROWS));
  assertEquals(bytes, before);
  assertNotStrictEquals(chunks.packed(0).bytes.buffer, bytes.buffer);
  assertEquals(unpackSteps(chunks.packed(98).bytes).step.slice(0, 4), [99, 100, 7_000, 7_001]);
  chunks.forgetAfter(0);
  assertEquals(chunks.length, 0);
});
