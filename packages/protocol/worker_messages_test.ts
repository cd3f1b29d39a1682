import { assert, assertEquals } from "@std/assert";
import { REFUSALS } from "./codes.ts";
import { LIMITS } from "./limits.ts";
import {
  type CoordinatorMessage,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeMessage,
  type WorkerMessage,
} from "./worker_messages.ts";

const HASH = "0123456789abcdef".repeat(4);

const FROM_WORKER: WorkerMessage[] = [
  {
    type: "hello",
    protocol: 1,
    arithmeticVersion: 1,
    token: "secret",
    name: "worker-1",
    kind: "deno",
    kernels: "wasm",
    threads: 4,
  },
  { type: "ready", runSha256: HASH, dataSha256: HASH, proofSha256: HASH, proofMs: 1.5 },
  {
    type: "evaluated",
    round: 7,
    first: 3,
    losses: [0.5, NaN, Infinity, -Infinity, -0],
    correct: 12,
    computeMs: 1.5,
  },
  { type: "leaving", reason: "stopped" },
  { type: "refused", code: "data", reason: "other bytes" },
];

const FROM_COORDINATOR: CoordinatorMessage[] = [
  { type: "welcome", run: '{"name":"x"}', dataSha256: HASH, dataBytes: 1_000 },
  { type: "differentiate", round: 1, step: 2, epoch: 3, position: 40, samples: 50, first: 0, end: 6 },
  { type: "evaluate", round: 1, step: 2, split: "validation", first: 0, end: 6 },
  { type: "ended", reason: "All 3 epochs are done." },
  { type: "refused", code: "token", reason: "The token to work is wrong" },
];

/** A message's text with one field set to something else; undefined takes the field away. */
function changed(message: object, field: string, value: unknown): string {
  return JSON.stringify({ ...JSON.parse(encodeMessage(message as WorkerMessage)), [field]: value });
}

Deno.test("every message of a worker comes back from its text, with NaN, Infinity and -0", () => {
  for (const message of FROM_WORKER) {
    const back = decodeWorkerMessage(encodeMessage(message));
    assertEquals(back, message);
    if (back?.type === "evaluated") assert(Object.is(back.losses[4], -0));
  }
});

Deno.test("every message of the coordinator comes back from its text", () => {
  for (const message of FROM_COORDINATOR) {
    assertEquals(decodeCoordinatorMessage(encodeMessage(message)), message);
  }
});

Deno.test("a message is understood in one direction only, but for refused, which goes both ways", () => {
  for (const message of FROM_WORKER) {
    assertEquals(decodeCoordinatorMessage(encodeMessage(message)) !== null, message.type === "refused");
  }
  for (const message of FROM_COORDINATOR) {
    assertEquals(decodeWorkerMessage(encodeMessage(message)) !== null, message.type === "refused");
  }
});

Deno.test("a message with a field missing or of another type is null", () => {
  for (
    const [messages, decode] of [[FROM_WORKER, decodeWorkerMessage], [
      FROM_COORDINATOR,
      decodeCoordinatorMessage,
    ]] as const
  ) {
    for (const message of messages) {
      for (const field of Object.keys(message)) {
        for (const wrong of [undefined, null, { a: 1 }, true]) {
          assertEquals(decode(changed(message, field, wrong)), null, `${message.type}.${field}: ${wrong}`);
        }
      }
    }
  }
});

Deno.test("numbers of a message are whole numbers of 32 bits", () => {
  const [, differentiate] = FROM_COORDINATOR;
  for (const field of ["round", "step", "epoch", "position", "samples", "first", "end"]) {
    for (const wrong of [-1, 0.5, 2 ** 32, "1", "NaN", 1e300]) {
      assertEquals(
        decodeCoordinatorMessage(changed(differentiate, field, wrong)),
        null,
        `${field}: ${wrong}`,
      );
    }
    assert(decodeCoordinatorMessage(changed(differentiate, field, 2 ** 32 - 1)) !== null);
  }
});

Deno.test("hashes are 64 lower-case hex digits, splits and codes are those that there are", () => {
  const [, ready, , , refused] = FROM_WORKER;
  const [, , evaluate] = FROM_COORDINATOR;
  for (const hash of ["", HASH.slice(1), `${HASH}0`, HASH.toUpperCase(), `${HASH.slice(1)}g`, `${HASH}\n`]) {
    assertEquals(decodeWorkerMessage(changed(ready, "proofSha256", hash)), null, hash);
  }
  assertEquals(decodeWorkerMessage(changed(refused, "code", "because")), null);
  for (const code of Object.keys(REFUSALS)) {
    assert(decodeWorkerMessage(changed(refused, "code", code)) !== null);
  }
  assertEquals(decodeCoordinatorMessage(changed(evaluate, "split", "toString")), null);
});

Deno.test("what is no message is null: no JSON, no object, no type, an unknown type", () => {
  const texts = [
    "",
    "{",
    "null",
    "1",
    '"hello"',
    "[]",
    "{}",
    '{"type":"shutdown"}',
    '{"type":["hello"]}',
    "\0",
  ];
  for (const text of texts) {
    assertEquals(decodeWorkerMessage(text), null, text);
    assertEquals(decodeCoordinatorMessage(text), null, text);
  }
});

Deno.test("a text of more than 1 MiB is null, however good it is", () => {
  const fill = (length: number) => {
    const rest = encodeMessage({ type: "leaving", reason: "" }).length;
    return encodeMessage({ type: "leaving", reason: "x".repeat(length - rest) });
  };
  assert(decodeWorkerMessage(fill(LIMITS.messageBytesMax)) !== null);
  assertEquals(decodeWorkerMessage(fill(LIMITS.messageBytesMax + 1)), null);
});

Deno.test("lists, tokens and sizes are bounded", () => {
  const [hello, , evaluated] = FROM_WORKER;
  const [welcome] = FROM_COORDINATOR;
  assertEquals(decodeWorkerMessage(changed(hello, "token", "x".repeat(257))), null);
  assertEquals(decodeWorkerMessage(changed(hello, "threads", 0)), null);
  assert(decodeWorkerMessage(changed(evaluated, "losses", new Array(LIMITS.blocksMax).fill(0))) !== null);
  assertEquals(
    decodeWorkerMessage(changed(evaluated, "losses", new Array(LIMITS.blocksMax + 1).fill(0))),
    null,
  );
  assertEquals(decodeCoordinatorMessage(changed(welcome, "dataBytes", LIMITS.dataBytesMax + 1)), null);
  assertEquals(decodeCoordinatorMessage(changed(welcome, "dataBytes", 0.5)), null);
});

Deno.test("names and sentences of a peer are cut, and lose what a terminal would obey", () => {
  const hello = decodeWorkerMessage(changed(FROM_WORKER[0], "name", `\x1b[2J${"n".repeat(100)}`));
  assert(hello?.type === "hello");
  assertEquals(hello.name, `[2J${"n".repeat(61)}`);
  const leaving = decodeWorkerMessage(changed(FROM_WORKER[3], "reason", `a\nb\u202e${"c".repeat(2_000)}`));
  assert(leaving?.type === "leaving");
  assertEquals(leaving.reason, `a b${"c".repeat(997)}`);
});
