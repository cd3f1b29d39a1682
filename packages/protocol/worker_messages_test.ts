import { assert, assertEquals } from "@std/assert";
import { type Histogram, HISTOGRAM_BINS, type LayerInsight } from "@tributary/core";
import { REFUSALS } from "./codes.ts";
import { stringify } from "./json.ts";
import { LIMITS } from "./limits.ts";
import {
  type CoordinatorMessage,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeMessage,
  type WorkerMessage,
} from "./worker_messages.ts";

const HASH = "0123456789abcdef".repeat(4);

/** Two bins filled, and values that are no numbers. */
const HISTOGRAM: Histogram = {
  min: -0.5,
  max: 2,
  counts: Array.from({ length: HISTOGRAM_BINS }, (_, bin) => bin % 29 === 0 ? 3 : 0),
  nan: 1,
  infinite: 2,
};
const LAYERS: LayerInsight[] = [
  {
    trained: { gradientNorms: { weight: 0.5, bias: NaN }, weights: HISTOGRAM, gradients: HISTOGRAM },
    activations: { ...HISTOGRAM, min: 0 },
    saturated: 0.25,
    dead: null,
  },
  { trained: null, activations: HISTOGRAM, saturated: null, dead: 1 },
];

const FROM_WORKER: WorkerMessage[] = [
  {
    type: "hello",
    protocol: 1,
    arithmeticVersion: 1,
    token: "secret",
    name: "worker-1",
    kind: "deno",
    threads: 4,
  },
  { type: "ready", runSha256: HASH, dataSha256: HASH, proofSha256: HASH, kernels: "wasm", proofMs: 1.5 },
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
  { type: "inspected", id: 9, layers: LAYERS },
];

const FROM_COORDINATOR: CoordinatorMessage[] = [
  { type: "welcome", run: '{"name":"x"}', dataSha256: HASH, dataBytes: 1_000 },
  { type: "differentiate", round: 1, step: 2, epoch: 3, position: 40, samples: 50, first: 0, end: 6 },
  { type: "evaluate", round: 1, step: 2, split: "validation", first: 0, end: 6 },
  { type: "ended", reason: "All 3 epochs are done." },
  { type: "refused", code: "token", reason: "The token to work is wrong" },
  { type: "inspect", id: 9, step: 2, samples: 100 },
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

/** The text of an `inspected` with one layer, in which the field at the path is something else. */
function inspectedWith(path: string[], value: unknown): string {
  const message = { type: "inspected", id: 9, layers: structuredClone(LAYERS.slice(0, 1)) };
  // deno-lint-ignore no-explicit-any
  let at: any = message.layers[0];
  for (const name of path.slice(0, -1)) at = at[name];
  at[path.at(-1)!] = value;
  return stringify(message);
}

Deno.test("a description of layers is bounded: bins, counts, ranges, norms, shares, layers", () => {
  assert(decodeWorkerMessage(inspectedWith(["dead"], 0.5)) !== null);
  const counts = (length: number, count = 0) => new Array(length).fill(count);
  const wrong: [path: string[], values: unknown[]][] = [
    [["activations", "counts"], [
      counts(HISTOGRAM_BINS - 1),
      counts(HISTOGRAM_BINS + 1),
      counts(HISTOGRAM_BINS, -1),
      counts(HISTOGRAM_BINS, 0.5),
      counts(HISTOGRAM_BINS, 2 ** 53),
      {},
    ]],
    [["activations", "min"], ["NaN", "-Infinity", 2.5, null]],
    [["trained", "weights", "max"], ["Infinity", -1]],
    [["trained", "gradients", "nan"], [-1, 0.5, "NaN"]],
    [["trained", "gradientNorms", "weight"], [-1, "-Infinity", null]],
    [["saturated"], [-0.1, 1.1, "NaN", undefined]],
    [["trained"], [undefined, {}, 1]],
  ];
  for (const [path, values] of wrong) {
    for (const value of values) {
      assertEquals(decodeWorkerMessage(inspectedWith(path, value)), null, `${path.join(".")}: ${value}`);
    }
  }
  const layers = (count: number) =>
    encodeMessage({ type: "inspected", id: 1, layers: new Array(count).fill(LAYERS[1]) });
  assertEquals(decodeWorkerMessage(layers(0)), null);
  assert(decodeWorkerMessage(layers(LIMITS.layersInspectedMax)) !== null);
  assertEquals(decodeWorkerMessage(layers(LIMITS.layersInspectedMax + 1)), null);
  const inspect = FROM_COORDINATOR.at(-1)!;
  assertEquals(decodeCoordinatorMessage(changed(inspect, "samples", 0)), null);
  assertEquals(decodeCoordinatorMessage(changed(inspect, "samples", LIMITS.probeSamplesMax + 1)), null);
});

Deno.test("a description of as many layers as there may be is one message, with the longest numbers", () => {
  const long: Histogram = {
    min: -1.2345678901234567e-38,
    max: 1.2345678901234567e-38,
    counts: new Array(HISTOGRAM_BINS).fill(268_435_456),
    nan: 268_435_456,
    infinite: 268_435_456,
  };
  const norm = 1.2345678901234567e-38;
  const layer: LayerInsight = {
    trained: { gradientNorms: { weight: norm, bias: norm }, weights: long, gradients: long },
    activations: long,
    saturated: 0.12345678901234567,
    dead: 0.12345678901234567,
  };
  const layers = new Array<LayerInsight>(LIMITS.layersInspectedMax).fill(layer);
  assert(decodeWorkerMessage(encodeMessage({ type: "inspected", id: 0xffffffff, layers })) !== null);
});
