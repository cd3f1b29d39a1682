/** The live workers: lets them in, reads what they send, and notices when they go. */
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  decodeWorkerMessage,
  encodeMessage,
  type Hello,
  LIMITS,
  readFrame,
  type Ready,
  type Refusal,
  type WorkerMessage,
} from "@tributary/protocol";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import { type Admission, firstSpeeds, helloRefusal, malformed, readyRefusal } from "./admission.ts";
import { WorkerLink, type WorkerListener } from "../training/worker_link.ts";

/** A connection: a stranger until its hello, a candidate until it is ready, then a worker. */
interface Connection {
  socket: WebSocket;
  /** Where it comes from. */
  address: string;
  state: "stranger" | "candidate" | "worker";
  name: string;
  hello: Hello | null;
  worker: WorkerLink | null;
  handshake: ReturnType<typeof setTimeout>;
  lastHeard: number;
  /** When the first ping was sent that it has not answered; null: there is none. */
  pingedAt: number | null;
  /** Messages since `countedFrom`. */
  messages: number;
  countedFrom: number;
  /** Why it went, once somebody knows. */
  reason: string | null;
}

/** Owns the workers' sockets. */
export class Roster {
  /** The workers that take part, in order of joining. */
  readonly workers: Set<WorkerLink> = new Set();
  /** All that ever took part, in order of joining. */
  readonly everyone: WorkerLink[] = [];
  readonly #connections = new Set<Connection>();
  readonly #admission: Admission;
  #listener!: WorkerListener;
  readonly #pings: ReturnType<typeof setInterval>;
  #nextId: number;

  /** @param firstId of the first worker that joins: ids are unique within a run, also over its processes. */
  constructor(admission: Admission, firstId = 1) {
    this.#admission = admission;
    this.#nextId = firstId;
    this.#pings = setInterval(() => this.#ping(), LIMITS.pingIntervalMs);
  }

  /** Says who is told; must come before the first socket. */
  open(listener: WorkerListener): void {
    this.#listener = listener;
  }

  /** Takes a new socket in that comes from `address`. */
  accept(socket: WebSocket, address = ""): void {
    const connection: Connection = {
      socket,
      address,
      state: "stranger",
      name: "a worker",
      hello: null,
      worker: null,
      handshake: setTimeout(() => this.#timeOut(connection, "hello"), LIMITS.helloTimeoutMs),
      lastHeard: performance.now(),
      pingedAt: null,
      messages: 0,
      countedFrom: performance.now(),
      reason: null,
    };
    this.#connections.add(connection);
    socket.on("error", (error) => connection.reason ??= error.message);
    socket.on("close", () => this.#onClose(connection));
    const hear = () => {
      connection.lastHeard = performance.now();
      if (connection.worker !== null) connection.worker.heardAt = connection.lastHeard;
      return this.#count(connection);
    };
    const onControl = () => {
      const refusal = connection.reason === null ? hear() : null;
      if (refusal !== null) this.#refuse(connection, refusal);
    };
    socket.on("ping", onControl);
    socket.on("pong", () => {
      onControl();
      const { pingedAt, worker, lastHeard } = connection;
      if (pingedAt !== null) worker?.roundTrips.record(lastHeard - pingedAt);
      connection.pingedAt = null;
    });
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (connection.reason !== null) return;
      const bytes = data as Uint8Array;
      if (connection.worker !== null) connection.worker.traffic.receivedBytes += bytes.length;
      const refusal = hear() ??
        (isBinary ? this.#onFrame(connection, bytes) : this.#onText(connection, bytes));
      if (refusal !== null) this.#refuse(connection, refusal);
    });
    const crowd = this.#crowd(connection);
    if (crowd !== null) this.#refuse(connection, { code: "full", reason: crowd });
  }

  /** Why there is no room for one more stranger, or null. */
  #crowd({ address }: Connection): string | null {
    if (this.#connections.size > LIMITS.workersMax + LIMITS.strangersMax) {
      return `The run has ${this.workers.size} workers, as many as it can`;
    }
    const strangers = [...this.#connections].filter(({ state, reason }) =>
      state === "stranger" && reason === null
    );
    const here = strangers.filter((stranger) => stranger.address === address).length;
    if (here <= LIMITS.strangersPerAddressMax && strangers.length <= LIMITS.strangersMax) return null;
    return "Too many peers that have not yet said hello are connected";
  }

  /** Counts a message. @returns what is wrong when there are too many. */
  #count(connection: Connection): Refusal | null {
    const now = connection.lastHeard;
    if (now - connection.countedFrom >= 1_000) {
      connection.countedFrom = now;
      connection.messages = 0;
    }
    if (++connection.messages <= LIMITS.messagesPerSecondMax) return null;
    return malformed(`${connection.name} sent more than ${LIMITS.messagesPerSecondMax} messages in a second`);
  }

  /** Says goodbye to all; they do not come back. */
  end(reason: string): void {
    clearInterval(this.#pings);
    for (const { socket, handshake } of this.#connections) {
      clearTimeout(handshake);
      socket.send(encodeMessage({ type: "ended", reason }));
      socket.close(CLOSE_DONE, "the run is over");
    }
  }

  #onText(connection: Connection, bytes: Uint8Array): Refusal | null {
    if (bytes.length > LIMITS.messageBytesMax) {
      return malformed(
        `${connection.name} sent a text of ${bytes.length} bytes, wanted at most ${LIMITS.messageBytesMax}`,
      );
    }
    const message = decodeWorkerMessage(bytes.toString());
    if (message === null) return malformed(`${connection.name} sent a text that is no message`);
    switch (message.type) {
      case "hello":
        return connection.state === "stranger"
          ? this.#onHello(connection, message)
          : outOfTurn(connection, message);
      case "ready":
        return connection.state === "candidate"
          ? this.#onReady(connection, message)
          : outOfTurn(connection, message);
      case "evaluated":
        return connection.worker === null
          ? outOfTurn(connection, message)
          : this.#listener.evaluated(connection.worker, message);
      case "inspected":
        return connection.worker === null
          ? outOfTurn(connection, message)
          : this.#listener.inspected(connection.worker, message);
      case "leaving":
        connection.reason = message.reason;
        connection.socket.close(CLOSE_DONE, "left");
        return null;
      case "refused":
        if (connection.state === "stranger") return outOfTurn(connection, message);
        this.#listener.refused(connection.name, { code: message.code, reason: message.reason });
        connection.reason = message.reason;
        connection.socket.close(CLOSE_DONE, "refused");
        return null;
    }
  }

  #onFrame(connection: Connection, bytes: Uint8Array): Refusal | null {
    if (connection.worker === null) return malformed(`${connection.name} sent a frame before it was ready`);
    const frame = readFrame(bytes, this.#admission.parameters);
    if (typeof frame === "string") return malformed(frame);
    if (frame.header.kind !== "gradient") {
      return malformed(`${connection.name} sent a frame of kind ${frame.header.kind}, wanted gradient`);
    }
    return this.#listener.gradient(connection.worker, frame);
  }

  #onHello(connection: Connection, hello: Hello): Refusal | null {
    connection.name = hello.name || "a worker without a name";
    connection.hello = hello;
    const refusal = helloRefusal(this.#admission, hello);
    if (refusal !== null) return refusal;
    if (this.workers.size >= LIMITS.workersMax) {
      return { code: "full", reason: `The run has ${this.workers.size} workers, as many as it can` };
    }
    clearTimeout(connection.handshake);
    connection.handshake = setTimeout(() => this.#timeOut(connection, "ready"), LIMITS.readyTimeoutMs);
    connection.state = "candidate";
    const { run, dataSha256, dataBytes } = this.#admission;
    connection.socket.send(encodeMessage({ type: "welcome", run, dataSha256, dataBytes }));
    return null;
  }

  #onReady(connection: Connection, ready: Ready): Refusal | null {
    const refusal = readyRefusal(this.#admission, ready, connection.name);
    if (refusal !== null) return refusal;
    clearTimeout(connection.handshake);
    const { kind, threads } = connection.hello!;
    const worker = new WorkerLink(connection.socket, {
      id: this.#nextId++,
      name: this.#uniqueName(connection.name),
      kind,
      kernels: ready.kernels,
      threads,
    }, {
      ...firstSpeeds(this.#admission, ready),
      onRefuse: (refusal) => this.#refuse(connection, refusal),
    });
    connection.name = worker.facts.name;
    connection.state = "worker";
    connection.worker = worker;
    this.workers.add(worker);
    this.everyone.push(worker);
    this.#listener.joined(worker);
    return null;
  }

  /** Two workers may choose one name; a person must be able to tell them apart. */
  #uniqueName(name: string): string {
    const taken = new Set([...this.workers].map((worker) => worker.facts.name));
    let unique = name;
    for (let i = 2; taken.has(unique); i++) unique = `${name} (${i})`;
    return unique;
  }

  #refuse(connection: Connection, refusal: Refusal): void {
    this.#listener.refused(connection.name, refusal);
    connection.reason = refusal.reason;
    connection.socket.send(encodeMessage({ type: "refused", ...refusal }));
    connection.socket.close(CLOSE_REFUSED, refusal.code);
    // A dead link closes late, and what the worker owes must not wait for that.
    this.#takeOut(connection);
  }

  #timeOut(connection: Connection, wanted: string): void {
    this.#refuse(connection, { code: "timeout", reason: `${connection.name} did not say ${wanted} in time` });
  }

  #onClose(connection: Connection): void {
    clearTimeout(connection.handshake);
    this.#connections.delete(connection);
    this.#takeOut(connection);
  }

  #takeOut(connection: Connection): void {
    const { worker } = connection;
    if (worker === null || !this.workers.delete(worker)) return;
    this.#listener.left(worker, connection.reason ?? "the connection broke");
  }

  /** Notices connections that have died without a word. */
  #ping(): void {
    for (const connection of this.#connections) {
      // A candidate may be busy with the proof for as long as its handshake allows.
      const isSilent = performance.now() - connection.lastHeard > LIMITS.silenceMaxMs;
      if (isSilent && connection.state !== "candidate") {
        connection.reason ??= `it fell silent for ${LIMITS.silenceMaxMs / 1_000} s`;
        connection.socket.terminate();
      } else {
        connection.pingedAt ??= performance.now();
        connection.socket.ping();
      }
    }
  }
}

function outOfTurn({ name, state }: Connection, { type }: WorkerMessage): Refusal {
  return malformed(`${name} sent the message ${type} while it was a ${state}`);
}
