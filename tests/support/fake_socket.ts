/** A socket of `ws` without a network: keeps what is sent, and events are emitted by hand. */
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import { CLOSE_REFUSED, type CoordinatorMessage, type Refusal } from "@tributary/protocol";
import type { Roster } from "../../packages/coordinator/server/roster.ts";
import { WorkerLink } from "../../packages/coordinator/training/worker_link.ts";

/** The socket as the code under test knows it. */
type Socket = Parameters<Roster["accept"]>[0];

/** Texts and frames that were sent, and how it was closed. */
export class FakeSocket extends EventEmitter {
  readonly texts: string[] = [];
  readonly frames: Uint8Array[] = [];
  /** Close codes and reasons, in order. */
  readonly closes: [code: number, reason: string][] = [];
  terminated = false;
  pings = 0;
  /** Bytes that the other side has not read yet. */
  bufferedAmount = 0;

  /** What happens when something was sent whose leaving is waited for: it has left at once. */
  onSent = (sent: () => void): void => sent();

  /** Itself, with the type that the code under test wants. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  /** The texts as messages. */
  get messages(): CoordinatorMessage[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  send(data: string | Uint8Array, options?: { binary?: boolean }, sent?: () => void): void {
    if (typeof data === "string") this.texts.push(data);
    else if (options?.binary === false) this.texts.push(new TextDecoder().decode(data));
    else this.frames.push(data.slice());
    if (sent) this.onSent(sent);
  }

  close(code: number, reason: string): void {
    this.closes.push([code, reason]);
    this.emit("close");
  }

  terminate(): void {
    this.terminated = true;
    this.emit("close");
  }

  ping(): void {
    this.pings++;
  }

  /** The other side sends a text. */
  says(text: string): void {
    this.emit("message", Buffer.from(text), false);
  }
}

/** A worker behind a {@link FakeSocket}. */
export function fakeWorker(id: number): { worker: WorkerLink; socket: FakeSocket } {
  const socket = new FakeSocket();
  const facts = { id, name: `w${id}`, kind: "deno", kernels: "wasm", threads: 1 } as const;
  const options = {
    msPerLeaf: 1,
    msPerBlock: 1,
    onRefuse: ({ code }: Refusal) => socket.close(CLOSE_REFUSED, code),
  };
  return { worker: new WorkerLink(socket.socket, facts, options), socket };
}
