/** A session, by scripted conversations: each test plays the coordinator's frames and looks at what comes back. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ARITHMETIC_VERSION, insightMistake, planModel, RangeComputation } from "@tributary/core";
import {
  allocateFrames,
  CLOSE_DONE,
  CLOSE_REFUSED,
  type CoordinatorMessage,
  decodeWorkerMessage,
  encodeMessage,
  PROTOCOL_VERSION,
  readFrame,
  type RunDescription,
  sha256Hex,
  stringify,
  type Welcome,
  type WorkerMessage,
  writeFrames,
} from "@tributary/protocol";
import type { Ready } from "@tributary/protocol";
import { blobOf, toyDataSet, toyRun, wasm } from "../../tests/support/toy.ts";
import { Session, type SessionEnd, type SessionOptions } from "./session.ts";
import type { Incoming, Transport } from "./transport.ts";

const run = toyRun();
const dataSet = toyDataSet();
const { blob, dataSha256 } = await blobOf(dataSet);
const runText = stringify(run);
const { parameters } = planModel(run.model);
const welcome: Welcome = { type: "welcome", run: runText, dataSha256, dataBytes: blob.length };

/** Plays a script and keeps what is sent. */
class ScriptedTransport implements Transport {
  readonly messages: WorkerMessage[] = [];
  readonly frames: Uint8Array[] = [];
  readonly closes: [code: number, reason: string][] = [];
  readonly #script: Incoming[];

  constructor(script: readonly (CoordinatorMessage | Incoming)[]) {
    this.#script = script.map((item) =>
      typeof item === "string" || item instanceof Uint8Array ? item : encodeMessage(item)
    );
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    assertEquals(this.closes, [], "nothing is sent after the end");
    if (typeof data !== "string") return void this.frames.push(data.slice());
    const message = decodeWorkerMessage(data);
    assert(message !== null, `the coordinator would refuse ${data}`);
    this.messages.push(message);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  receive(): Promise<Incoming | null> {
    return Promise.resolve(this.#script.shift() ?? null);
  }

  close(code: number, reason: string): void {
    this.closes.push([code, reason]);
  }
}

/** What became of a scripted conversation. */
interface Played {
  transport: ScriptedTransport;
  end: SessionEnd;
  /** What onReady() and onAnswer() were told. */
  ready: RunDescription[];
  answers: number[];
}

async function play(
  script: readonly (CoordinatorMessage | Incoming)[],
  changes: Partial<SessionOptions> = {},
): Promise<Played> {
  const transport = new ScriptedTransport(script);
  const ready: RunDescription[] = [], answers: number[] = [];
  const session = new Session({
    transport,
    facts: { token: "secret", name: "w", kind: "deno", threads: 1 },
    kernels: wasm,
    fetchData: () => Promise.resolve(blob),
    onReady: (run) => ready.push(run),
    onAnswer: (samples) => answers.push(samples),
    ...changes,
  });
  return { transport, end: await session.run(), ready, answers };
}

/** The frames of parameters that are all 0.125 and have seen `step` updates. */
function parameterFrame(
  step: number,
  kind: "parameters" | "gradient" = "parameters",
): Uint8Array<ArrayBuffer> {
  const [frame] = allocateFrames(parameters);
  const bytes = new Uint8Array(new Float32Array(parameters).fill(0.125).buffer);
  const zeros = { level: 0, index: 0, correct: 0, loss: 0, offset: 0, total: 0, computeMs: 0 };
  writeFrames([frame], { kind, id: step, ...zeros }, bytes);
  return frame;
}

const differentiate: CoordinatorMessage = {
  type: "differentiate",
  round: 1,
  step: 0,
  epoch: 1,
  position: 0,
  samples: 20,
  first: 0,
  end: 7,
};
const evaluate: CoordinatorMessage = { type: "evaluate", round: 2, step: 0, split: "test", first: 0, end: 1 };
const ended: CoordinatorMessage = { type: "ended", reason: "All 2 epochs are done." };

function assertRefused({ transport, end }: Played, code: string, reason: string): void {
  assert(end.kind === "refused", end.kind);
  assertEquals(end.code, code);
  assertStringIncludes(end.reason, reason);
  assertEquals(transport.messages.at(-1), { type: "refused", code: end.code, reason: end.reason });
  assertEquals(transport.closes, [[CLOSE_REFUSED, code]]);
}

Deno.test("a session says hello first, with both versions and the worker's facts", async () => {
  const { transport, end } = await play([]);
  assertEquals(transport.messages, [{
    type: "hello",
    protocol: PROTOCOL_VERSION,
    arithmeticVersion: ARITHMETIC_VERSION,
    token: "secret",
    name: "w",
    kind: "deno",
    threads: 1,
  }]);
  assertEquals(end, { kind: "lost" });
});

Deno.test("a session answers welcome with the hashes of the run's text, of the data and of its own proof", async () => {
  const { transport, ready } = await play([welcome]);
  const answer = transport.messages[1] as Ready;
  assert(answer.proofMs > 0);
  assertEquals(answer, {
    type: "ready",
    runSha256: await sha256Hex(new TextEncoder().encode(runText)),
    dataSha256,
    proofSha256: await sha256Hex(new RangeComputation(run, dataSet, wasm("exact")).prove()),
    kernels: "wasm",
    proofMs: answer.proofMs,
  });
  assertEquals(ready, [run]);
});

Deno.test("a session answers ranges with frames and sums of their round, until the run has ended", async () => {
  const script = [
    welcome,
    parameterFrame(0),
    differentiate,
    { ...differentiate, round: 5, first: 5 },
    evaluate,
    ended,
  ];
  const { transport, end, answers } = await play(script);
  assertEquals(end, { kind: "ended", reason: ended.reason });
  assertEquals(transport.closes, [[CLOSE_DONE, "the run is over"]]);
  const headers = transport.frames.map((bytes) => {
    const frame = readFrame(bytes, parameters);
    assert(typeof frame !== "string", String(frame));
    return [frame.header.id, frame.header.level, frame.header.index];
  });
  assertEquals(headers, [[1, 3, 0], [5, 0, 5], [5, 1, 3]]);
  const evaluated = transport.messages.at(-1);
  assert(evaluated?.type === "evaluated");
  assertEquals([evaluated.round, evaluated.first, evaluated.losses.length], [2, 0, 1]);
  assertEquals(answers, [20, 5]);
});

Deno.test("a session describes the layers of its parameters, and its next answer has the bits of one that was not asked", async () => {
  const inspect: CoordinatorMessage = { type: "inspect", id: 8, step: 0, samples: 10 };
  const { transport, end, answers } = await play([welcome, parameterFrame(0), inspect, differentiate, ended]);
  assertEquals(end.kind, "ended");
  const inspected = transport.messages.at(-1);
  assert(inspected?.type === "inspected");
  assertEquals(inspected.id, 8);
  assertEquals(insightMistake(planModel(run.model), 10, inspected.layers), null);
  assertEquals(answers, [20]);
  const undisturbed = await play([welcome, parameterFrame(0), differentiate, ended]);
  const bits = ({ frames }: ScriptedTransport) => {
    const frame = readFrame(frames[0], parameters);
    assert(typeof frame !== "string");
    return [frame.header.loss, frame.header.correct, [...frame.elements]];
  };
  assertEquals(bits(transport), bits(undisturbed.transport));
});

Deno.test("a session can be asked for a range of a step only once it has that step's parameters", async () => {
  assertRefused(await play([welcome, differentiate]), "message", "cannot compute");
  assertRefused(await play([welcome, parameterFrame(1), differentiate]), "message", "cannot compute");
  assertRefused(
    await play([welcome, parameterFrame(0), { ...evaluate, step: 1 }]),
    "message",
    "cannot compute",
  );
});

Deno.test("a session refuses ranges out of bounds", async () => {
  const wrong = [
    { ...differentiate, end: 8 },
    { ...differentiate, first: 7, end: 7 },
    { ...differentiate, position: 50 },
    { ...evaluate, end: 2 },
    { ...evaluate, split: "validation" as const },
    { type: "inspect" as const, id: 1, step: 1, samples: 10 },
    { type: "inspect" as const, id: 1, step: 0, samples: dataSet.train.count + 1 },
  ];
  for (const message of wrong) {
    const played = await play([welcome, parameterFrame(0), message]);
    assertRefused(played, "message", "cannot compute");
    assertEquals(played.transport.frames, []);
  }
});

Deno.test("a session refuses data that it cannot get, or whose hash is another", async () => {
  const offline = () => Promise.reject(new Error("Cannot fetch the data set: the coordinator answered 404"));
  assertRefused(await play([welcome], { fetchData: offline }), "data", "answered 404");
  const other = blob.slice();
  other[other.length - 1] ^= 1;
  const played = await play([welcome], { fetchData: () => Promise.resolve(other) });
  assertRefused(played, "data", `wanted ${dataSha256}`);
  assertEquals(played.ready, []);
});

Deno.test("a session asks for the data by the hash and the size that it was told", async () => {
  const asked: unknown[] = [];
  await play([welcome], { fetchData: (...what) => (asked.push(what), Promise.resolve(blob)) });
  assertEquals(asked, [[dataSha256, blob.length]]);
});

Deno.test("a session refuses a run that it cannot read, and says which field is wrong", async () => {
  const runWith = (text: string) => [{ ...welcome, run: text }];
  assertRefused(await play(runWith("{")), "message", "JSON");
  assertRefused(await play(runWith(stringify({ ...run, epochs: 0 }))), "message", "epochs");
});

Deno.test("a session refuses an arithmetic that its machine lacks, with the reason", async () => {
  const kernels = () => {
    throw new Error("this engine has no relaxed SIMD");
  };
  assertRefused(await play([welcome], { kernels }), "arithmetic", "this engine has no relaxed SIMD");
});

Deno.test("a session refuses data that do not fit the model, instead of breaking", async () => {
  const model = { ...run.model, input: [5] };
  const played = await play([{ ...welcome, run: stringify({ ...run, model }) }]);
  assertRefused(played, "data", "5 inputs");
});

Deno.test("a session refuses what is no message and frames out of turn, of another kind or malformed", async () => {
  assertRefused(await play(["hello?"]), "message", "no message");
  assertRefused(await play([encodeMessage({ type: "leaving", reason: "" })]), "message", "no message");
  assertRefused(await play([parameterFrame(0)]), "message", "before its welcome");
  assertRefused(await play([welcome, new Uint8Array(3)]), "message", "shorter than its header");
  assertRefused(
    await play([welcome, parameterFrame(0, "gradient")]),
    "message",
    "kind gradient, wanted parameters",
  );
});

Deno.test("a session ends as refused with the coordinator's code and reason", async () => {
  const { end, transport } = await play([{ type: "refused", code: "token", reason: "The token is wrong" }]);
  assertEquals(end, { kind: "refused", code: "token", reason: "The token is wrong" });
  assertEquals(transport.closes, [[CLOSE_DONE, "refused"]]);
});

Deno.test("leave() says why before it closes, and the session is lost", async () => {
  const transport = new ScriptedTransport([welcome]);
  const session = new Session({
    transport,
    facts: { token: "", name: "w", kind: "deno", threads: 1 },
    kernels: wasm,
    fetchData: () => Promise.resolve(blob),
    onReady: () => session.leave("stopped at its own machine"),
    onAnswer: () => {},
  });
  assertEquals(await session.run(), { kind: "lost" });
  assertEquals(transport.messages.at(-1), { type: "leaving", reason: "stopped at its own machine" });
  assertEquals(transport.closes, [[CLOSE_DONE, "leaving"]]);
});
