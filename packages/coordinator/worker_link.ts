/** A worker that takes part in the run, as the coordinator sees it. */
import { encodeMessage, type Evaluated, type WorkerFacts, type WorkerProgress } from "@tributary/protocol";
import type { CoordinatorMessage, Frame, Refusal } from "@tributary/protocol";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { SharedFrames } from "./parameter_frames.ts";

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
}

/** The sending side of a worker's socket, and what is known of the worker. */
export class WorkerLink {
  readonly facts: WorkerFacts;
  /** What it has contributed so far. */
  readonly progress: WorkerProgress;
  readonly #socket: WebSocket;
  /** Step of the parameters it was sent last. */
  #parametersStep = -1;

  constructor(socket: WebSocket, facts: WorkerFacts) {
    this.#socket = socket;
    this.facts = facts;
    this.progress = { id: facts.id, leaves: 0, samples: 0, computeMs: 0 };
  }

  /** Sends the parameters, unless it has them. */
  sendParameters(parameters: SharedFrames): void {
    if (this.#parametersStep === parameters.step) return;
    this.#parametersStep = parameters.step;
    for (const frame of parameters.frames) {
      parameters.retain();
      this.#socket.send(frame, { binary: true }, parameters.release);
    }
  }

  /** Sends a control message. */
  send(message: CoordinatorMessage): void {
    this.#socket.send(encodeMessage(message));
  }
}
