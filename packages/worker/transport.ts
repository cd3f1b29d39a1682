/** A connection to the coordinator, as an ordered sequence of messages. The only file here that knows WebSockets. */
import { LIMITS } from "@tributary/protocol";

/** Text (control) or bytes (a tensor frame). */
export type Incoming = string | Uint8Array<ArrayBuffer>;

/** Turns of the event loop in which a few megabytes reach a socket that takes them. */
const FLUSH_TURNS = 8;

/** Four methods, so that a session can be tested without a socket. */
export interface Transport {
  /** Queues a text or a frame. The bytes may be reused as soon as it returns. Does nothing on a closed connection. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Lets what was sent go out before the caller computes on: a bounded number of turns of the event loop. Never rejects. */
  flush(): Promise<void>;
  /** The next message, or null once the connection has closed and all its messages were read. Never rejects. */
  receive(): Promise<Incoming | null>;
  /**
   * Begins to close the connection; `code` as in RFC 6455. What was sent still goes out: `receive()` gives null, and nothing
   * else, once the other side has answered or has taken too long. May be called again.
   */
  close(code: number, reason: string): void;
}

/**
 * Opens a WebSocket.
 *
 * @param signal gives the attempt up; it does not end a connection that was made.
 * @returns null when the connection could not be made within a bound.
 */
export function openWebSocket(url: string, signal?: AbortSignal): Promise<Transport | null> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    const giveUp = () => {
      if (socket.readyState !== WebSocket.CONNECTING) return;
      end();
      socket.close();
    };
    const deadline = setTimeout(giveUp, LIMITS.helloTimeoutMs);
    signal?.addEventListener("abort", giveUp);
    socket.binaryType = "arraybuffer";
    const queue: Incoming[] = [];
    let waiting: ((message: Incoming | null) => void) | null = null;
    let closed = false;
    let goodbye: ReturnType<typeof setTimeout> | null = null;
    // A message to ourselves is the cheapest turn of the event loop that Deno and browsers have: 0.02 ms, where a timer may
    // take 1 ms or more, and a resolved promise is no turn at all.
    const { port1: turns, port2: turn } = new MessageChannel();
    let nextTurn = () => {};
    turns.onmessage = () => nextTurn();

    const settled = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", giveUp);
    };
    const deliver = (message: Incoming | null): void => {
      if (waiting === null) {
        if (message !== null) queue.push(message);
        return;
      }
      const receiver = waiting;
      waiting = null;
      receiver(message);
    };
    const end = (): void => { // Deno may report a close twice.
      if (closed) return;
      closed = true;
      settled();
      nextTurn();
      turns.close();
      turn.close();
      if (goodbye !== null) clearTimeout(goodbye);
      deliver(null);
      resolve(null);
    };

    socket.onmessage = ({ data }) => {
      if (goodbye === null) deliver(typeof data === "string" ? data : new Uint8Array(data));
    };
    socket.onclose = end;
    socket.onerror = () => socket.readyState !== WebSocket.OPEN && end();
    socket.onopen = () => {
      settled();
      resolve({
        send: (data) => socket.readyState === WebSocket.OPEN && socket.send(data),
        flush: async () => {
          for (let i = 0; i < FLUSH_TURNS && socket.bufferedAmount > 0 && !closed; i++) {
            await new Promise<void>((resolve) => {
              nextTurn = resolve;
              turn.postMessage(null);
            });
          }
        },
        receive: () => {
          const message = queue.shift();
          if (message !== undefined) return Promise.resolve(message);
          if (closed) return Promise.resolve(null);
          return new Promise((receiver) => waiting = receiver);
        },
        close: (code, reason) => {
          if (closed || goodbye !== null) return;
          goodbye = setTimeout(end, LIMITS.goodbyeMs);
          queue.length = 0;
          socket.close(code, reason);
        },
      });
    };
  });
}
