import { assertEquals, assertRejects } from "@std/assert";
import { toyRun } from "../../../tests/support/toy.ts";
import { predictorOn, type PredictorThread } from "./predictor.ts";
import type { PredictorAnswer, PredictorRequest } from "./predictor_messages.ts";

/** A thread that does nothing by itself. */
function fakeThread() {
  const requests: PredictorRequest[] = [];
  const thread: PredictorThread & { isEnded: boolean } = {
    isEnded: false,
    postMessage: (request) => void requests.push(request),
    terminate: () => thread.isEnded = true,
    onmessage: null,
    onerror: null,
  };
  const say = (data: PredictorAnswer) => thread.onmessage!({ data } as MessageEvent<PredictorAnswer>);
  return { thread, requests, say };
}

Deno.test("predictorOn() opens the run, and gives each question its own answer, in any order", async () => {
  const { thread, requests, say } = fakeThread();
  const { model, arithmetic, leafSize } = toyRun();
  const predictor = predictorOn(thread, toyRun(), () => {});
  assertEquals(requests[0], { type: "open", model, arithmetic, leafSize });
  const [first, second] = [predictor.ask(Float32Array.of(1)), predictor.ask(Float32Array.of(2))];
  const ids = requests.slice(1).map((request) => request.type === "ask" ? request.id : NaN);
  say({ type: "answered", id: ids[1], outputs: Float32Array.of(20) });
  say({ type: "answered", id: ids[0], outputs: Float32Array.of(10) });
  assertEquals([await first, await second], [Float32Array.of(10), Float32Array.of(20)]);
  predictor[Symbol.dispose]();
  assertEquals(thread.isEnded, true);
});

Deno.test("predictorOn() sends an input alone, and not the whole data set that it is a view of", () => {
  const { thread, requests } = fakeThread();
  predictorOn(thread, toyRun(), () => {}).ask(new Uint8Array(1_000).subarray(4, 8)).catch(() => {});
  const [, asked] = requests;
  assertEquals(asked.type === "ask" && asked.input.buffer.byteLength, 4);
});

Deno.test("a question that fails is rejected with its reason, a thread that breaks rejects all, also later ones", async () => {
  const { thread, say } = fakeThread();
  const predictor = predictorOn(thread, toyRun(), () => {});
  const failing = predictor.look();
  say({ type: "failed", id: 1, reason: "No parameters." });
  await assertRejects(() => failing, Error, "No parameters.");
  const open = predictor.look();
  thread.onerror!({ message: "" } as ErrorEvent);
  await assertRejects(() => open, Error, "did not load");
  await assertRejects(() => predictor.ask(new Uint8Array(1)), Error, "did not load");
});

Deno.test("a thread that computes other bits says so once", () => {
  const { thread, say } = fakeThread();
  let told = 0;
  predictorOn(thread, toyRun(), () => told++);
  say({ type: "inexact" });
  assertEquals(told, 1);
});
