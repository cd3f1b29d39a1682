/** A worker that takes part in the run, as the coordinator sees it. */
import {
  encodeMessage,
  type Evaluated,
  type Inspected,
  type WorkerFacts,
  type WorkerProgress,
  type WorkerPulse,
} from "@tributary/protocol";
import type { CoordinatorMessage, Frame, Refusal } from "@tributary/protocol";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { Inspection } from "./inspector.ts";
import { Ledger } from "./ledger.ts";
import type { SharedFrames } from "./parameter_frames.ts";
import { RoundTrips } from "./round_trips.ts";
import { Speed } from "./speed.ts";

/** What a live worker does, told to whoever directs the workers. */
export interface WorkerListener {
  joined(worker: WorkerLink): void;
  left(worker: WorkerLink, reason: string): void;
  /** Somebody was not let in, or was sent away. */
  refused(name: string, refusal: Refusal): void;
  /** A frame of a gradient sum. @returns what is wrong with it, or null. */
  gradient(worker: WorkerLink, frame: Frame): Refusal | null;
  /** The answer to an evaluation. @returns what is wrong with it, or null. */
  evaluated(worker: WorkerLink, message: Evaluated): Refusal | null;
  /** What it saw in the network. @returns what is wrong with it, or null. */
  inspected(worker: WorkerLink, message: Inspected): Refusal | null;
}

/** What else a link needs. */
export interface WorkerLinkOptions {
  /** Estimates to begin with, from the joining proof. */
  msPerLeaf: number;
  msPerBlock: number;
  /** Closes the connection with a reason. */
  onRefuse(refusal: Refusal): void;
}

/** The sending side of a worker's socket, and what is known of the worker. */
export class WorkerLink {
  readonly facts: WorkerFacts;
  /** What it has contributed so far. */
  readonly progress: WorkerProgress;
  /** Bytes of messages and frames, without what carries them. */
  readonly traffic: { receivedBytes: number; sentBytes: number } = { receivedBytes: 0, sentBytes: 0 };
  /** Answers to pings. */
  readonly roundTrips: RoundTrips = new RoundTrips();
  /** When it was last heard from, by `performance.now()`. */
  heardAt: number = performance.now();
  /** What it owes. */
  readonly ledger: Ledger = new Ledger();
  /** What it is to look at, for those who watch; null most of the time. */
  inspection: Inspection | null = null;
  readonly #socket: WebSocket;
  readonly #speeds: { differentiate: Speed; evaluate: Speed };
  readonly #onRefuse: (refusal: Refusal) => void;
  /** The parameters it was sent last. */
  #parameters: SharedFrames | null = null;

  constructor(socket: WebSocket, facts: WorkerFacts, { msPerLeaf, msPerBlock, onRefuse }: WorkerLinkOptions) {
    this.#socket = socket;
    this.facts = facts;
    this.progress = { id: facts.id, leaves: 0, samples: 0, computeMs: 0 };
    this.#speeds = { differentiate: new Speed(msPerLeaf), evaluate: new Speed(msPerBlock) };
    this.#onRefuse = onRefuse;
  }

  /** How fast it is. */
  speed(kind: "differentiate" | "evaluate"): Speed {
    return this.#speeds[kind];
  }

  /** Whether it owes nothing that takes long. */
  get isIdle(): boolean {
    return this.ledger.asks.length === 0 && (this.inspection?.isShort ?? true);
  }

  /** Whether something that it owes is late. */
  get isLate(): boolean {
    return this.ledger.asks.some((ask) => ask.late);
  }

  /** Sends the parameters, unless it has them. */
  sendParameters(parameters: SharedFrames): void {
    if (this.#parameters === parameters) return;
    this.#parameters = parameters;
    for (const frame of parameters.frames) {
      parameters.retain();
      this.#socket.send(frame, { binary: true }, parameters.release);
      this.traffic.sentBytes += frame.length;
    }
  }

  /** Sends a control message; `onSent` is told when it, and all before it, has left this process. */
  send(message: CoordinatorMessage, onSent?: () => void): void {
    const text = encodeMessage(message);
    this.traffic.sentBytes += text.length;
    this.#socket.send(text, onSent);
  }

  /** How it does at that time, for those who look on. */
  pulse(at: number): WorkerPulse {
    const { facts: { id }, roundTrips, heardAt, ledger, progress } = this;
    const round = (ms: number) => Math.round(100 * ms) / 100;
    const { shortestMs } = roundTrips;
    return {
      id,
      roundTripMs: shortestMs && round(shortestMs),
      silentMs: round(Math.max(0, at - heardAt)),
      busyMs: round(ledger.busyMs),
      computeMs: round(progress.computeMs),
    };
  }

  /** Sends it away. */
  refuse(refusal: Refusal): void {
    this.#onRefuse(refusal);
  }
}
