/** A peer on a real WebSocket that says what it likes. */
import { within } from "./within.ts";

/** How the other side closed. */
export interface Closed {
  code: number;
  reason: string;
}

/** An open connection. */
export class Peer implements AsyncDisposable {
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #texts: string[] = [];
  #waiting: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) =>
      socket.onclose = ({ code, reason }) => {
        resolve({ code, reason });
        this.#waiting?.();
      }
    );
    socket.onerror = (event) => event.preventDefault();
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      this.#texts.push(data);
      this.#waiting?.();
    };
  }

  /** Connects; rejects when nobody lets it in. */
  static async open(url: string): Promise<Peer> {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const peer = new Peer(socket);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.onopen = () => resolve();
        peer.closed.then(() => reject(new Error(`${url} did not let the peer in`)));
      }),
      `a connection to ${url}`,
    );
    return peer;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data);
  }

  /** The next text as JSON, or null once the connection has closed. */
  // deno-lint-ignore no-explicit-any
  async next(): Promise<any> {
    while (this.#texts.length === 0) {
      if (this.#socket.readyState === WebSocket.CLOSED) return null;
      await within(new Promise<void>((resolve) => this.#waiting = resolve), "a text from the coordinator");
    }
    return JSON.parse(this.#texts.shift()!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.close();
    await within(this.closed, "the end of a connection");
  }
}
