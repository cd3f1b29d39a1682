/** One conversation with a coordinator, from hello to the end. */
import {
  ARITHMETIC_VERSION,
  type DataSet,
  decodeDataSet,
  inputLength,
  type KernelsFactory,
  planModel,
  RangeComputation,
  ThreadFailedError,
} from "@tributary/core";
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  type CoordinatorMessage,
  decodeCoordinatorMessage,
  encodeMessage,
  parseRunDescription,
  PROTOCOL_VERSION,
  readFrame,
  type Refusal,
  type RefusalCode,
  type RunDescription,
} from "@tributary/protocol";
import { Computation } from "./computation.ts";
import { sha256Hex } from "./sha256.ts";
import type { RunningCrew } from "./threads/start_crew.ts";
import type { Incoming, Transport } from "./transport.ts";

/** What a session needs from the machine it runs on. */
export interface SessionOptions {
  transport: Transport;
  /** Introduces the worker. */
  facts: { token: string; name: string; kind: "deno" | "browser"; threads: number };
  /** Makes kernels for a run; may throw an error whose message says why it cannot. */
  kernels(arithmetic: RunDescription["arithmetic"]): KernelsFactory;
  /** Starts the threads, where there are several; may throw as `kernels` may. */
  startCrew?(run: RunDescription, dataSet: DataSet): Promise<RunningCrew>;
  /** Gets a data blob of that hash and size from the coordinator, or from where it was kept; rejects with the reason. */
  fetchData(sha256: string, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Called when the worker takes part in a run. */
  onReady(run: RunDescription): void;
  /** Called after each range, with what it was. */
  onAnswer(samples: number): void;
}

/** How a session ended. */
export type SessionEnd =
  /** The run is over. */
  | { kind: "ended"; reason: string }
  /** One side could not work with the other. */
  | ({ kind: "refused" } & Refusal)
  /** The connection closed without a word. */
  | { kind: "lost" }
  /** A thread of this worker failed. */
  | { kind: "failed"; reason: string };

/** A worker's side of the protocol. */
export class Session {
  readonly #options: SessionOptions;
  #computation: Computation | null = null;
  #crew: RunningCrew | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Says hello, then answers message by message until the conversation is over and the connection closed. Never rejects. */
  async run(): Promise<SessionEnd> {
    const end = await this.#converse().catch((error) => this.#fail(error));
    this.#crew?.[Symbol.dispose]();
    // Whoever ends the process now would lose our last words.
    while (await this.#options.transport.receive() !== null);
    return end;
  }

  async #converse(): Promise<SessionEnd> {
    const { transport, facts } = this.#options;
    transport.send(encodeMessage({
      type: "hello",
      protocol: PROTOCOL_VERSION,
      arithmeticVersion: ARITHMETIC_VERSION,
      ...facts,
    }));
    let incoming: Incoming | null;
    while ((incoming = await transport.receive()) !== null) {
      const end = typeof incoming === "string" ? await this.#onText(incoming) : this.#onFrame(incoming);
      if (end !== null) return end;
    }
    return { kind: "lost" };
  }

  /** Leaves the run, if it is in one; its ranges go to others. */
  leave(reason: string): void {
    this.#options.transport.send(encodeMessage({ type: "leaving", reason }));
    this.#options.transport.close(CLOSE_DONE, "leaving");
  }

  async #onText(text: string): Promise<SessionEnd | null> {
    const message = decodeCoordinatorMessage(text);
    if (message === null) return this.#refuse("message", "The coordinator sent a text that is no message");
    switch (message.type) {
      case "welcome":
        return await this.#join(message);
      case "differentiate":
      case "evaluate":
      case "inspect":
        return await this.#answer(message);
      case "ended":
        this.#options.transport.close(CLOSE_DONE, "the run is over");
        return { kind: "ended", reason: message.reason };
      case "refused":
        this.#options.transport.close(CLOSE_DONE, "refused");
        return { kind: "refused", code: message.code, reason: message.reason };
    }
  }

  async #join(message: CoordinatorMessage & { type: "welcome" }): Promise<SessionEnd | null> {
    const { transport, kernels, startCrew, fetchData, onReady } = this.#options;
    let run: RunDescription;
    try {
      run = parseRunDescription(JSON.parse(message.run), "the coordinator's message");
      planModel(run.model);
    } catch (error) {
      return this.#refuse("message", messageOf(error));
    }
    let blob: Uint8Array<ArrayBuffer>;
    try {
      blob = await fetchData(message.dataSha256, message.dataBytes);
    } catch (error) {
      return this.#refuse("data", messageOf(error));
    }
    const dataSha256 = await sha256Hex(blob);
    if (dataSha256 !== message.dataSha256) {
      return this.#refuse("data", `The data set has the SHA-256 ${dataSha256}, wanted ${message.dataSha256}`);
    }
    let dataSet: DataSet;
    try {
      dataSet = decodeDataSet(blob);
    } catch (error) {
      return this.#refuse("data", messageOf(error));
    }
    const wrong = mismatch(run, dataSet);
    if (wrong !== null) return this.#refuse("data", wrong);
    try {
      this.#crew = await startCrew?.(run, dataSet) ?? null;
      const ranges = this.#crew?.crew ?? new RangeComputation(run, dataSet, kernels(run.arithmetic));
      this.#computation = new Computation(run, ranges);
    } catch (error) {
      if (error instanceof ThreadFailedError) throw error;
      return this.#refuse("arithmetic", messageOf(error));
    }
    const started = performance.now();
    const proof = this.#computation.prove();
    const proofMs = performance.now() - started;
    transport.send(encodeMessage({
      type: "ready",
      runSha256: await sha256Hex(new TextEncoder().encode(message.run)),
      dataSha256,
      proofSha256: await sha256Hex(proof),
      kernels: this.#computation.kernels,
      proofMs,
    }));
    onReady(run);
    return null;
  }

  async #answer(
    message: CoordinatorMessage & { type: "differentiate" | "evaluate" | "inspect" },
  ): Promise<SessionEnd | null> {
    const { transport, onAnswer } = this.#options;
    const computation = this.#computation;
    if (computation === null || message.step !== computation.step || !computation.holds(message)) {
      return this.#refuse("message", `The coordinator asked for something that this worker cannot compute`);
    }
    if (message.type === "differentiate") {
      onAnswer(
        await computation.differentiate(message, (frame) => transport.send(frame), () => transport.flush()),
      );
      const next = computation.next(message);
      if (next !== null) {
        await transport.flush();
        computation.prepare(next);
      }
      return null;
    }
    if (message.type === "inspect") {
      const layers = computation.inspect(message);
      transport.send(encodeMessage({ type: "inspected", id: message.id, layers }));
      return null;
    }
    const started = performance.now();
    const { losses, correct } = computation.evaluate(message);
    transport.send(encodeMessage({
      type: "evaluated",
      round: message.round,
      first: message.first,
      losses,
      correct,
      computeMs: performance.now() - started,
    }));
    return null;
  }

  #onFrame(bytes: Uint8Array<ArrayBuffer>): SessionEnd | null {
    if (this.#computation === null) {
      return this.#refuse("message", "The coordinator sent a frame before its welcome");
    }
    const frame = readFrame(bytes, this.#computation.parameters);
    if (typeof frame === "string") return this.#refuse("message", frame);
    if (frame.header.kind !== "parameters") {
      return this.#refuse(
        "message",
        `The coordinator sent a frame of kind ${frame.header.kind}, wanted parameters`,
      );
    }
    if (this.#computation.receiveParameters(frame)) return null;
    return this.#refuse("message", "The coordinator sent the frames of its parameters out of order");
  }

  /** The worker cannot go on as one of its threads has failed; all other errors are mistakes of ours. */
  #fail(error: unknown): SessionEnd {
    if (!(error instanceof ThreadFailedError)) throw error;
    this.leave(error.message);
    return { kind: "failed", reason: error.message };
  }

  #refuse(code: RefusalCode, reason: string): SessionEnd {
    this.#options.transport.send(encodeMessage({ type: "refused", code, reason }));
    this.#options.transport.close(CLOSE_REFUSED, code);
    return { kind: "refused", code, reason };
  }
}

/** Why a model cannot be trained on a data set, or null. */
function mismatch({ model }: RunDescription, dataSet: DataSet): string | null {
  const inputs = inputLength(dataSet), { classes } = dataSet;
  const plan = planModel(model);
  if (plan.inputs === inputs && plan.outputs === classes) return null;
  return `The model has ${plan.inputs} inputs and ${plan.outputs} outputs, the data set ${inputs} inputs and ${classes} classes`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
