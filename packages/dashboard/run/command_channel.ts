/** The way back to the coordinator: commands over whichever socket is open, each matched with its answer. */
import { type Command, type CommandAnswer, encodeCommandRequest } from "@tributary/protocol";

/** What became of a command; reasons are sentences. */
export type CommandOutcome =
  /** What it leads to comes as events. */
  | { state: "followed" }
  | { state: "refused"; reason: string }
  /** It was sent, but the connection broke before the answer. */
  | { state: "unknown"; reason: string };

/** Sends a command; never fails. */
export type SendCommand = (command: Command) => Promise<CommandOutcome>;

/** Lives as long as the page; sockets come and go. */
export class CommandChannel {
  readonly #waiting = new Map<number, (outcome: CommandOutcome) => void>();
  #write: ((text: string) => void) | null = null;
  #lastId = 0;

  /** Sends over the socket that is open. Nothing is kept for a later one: by then, the run may be another. */
  readonly send: SendCommand = (command) => {
    const write = this.#write;
    if (write === null) {
      return Promise.resolve({ state: "refused", reason: "There is no connection to the coordinator" });
    }
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve);
      write(encodeCommandRequest({ type: "command", id, command }));
    });
  };

  /** A socket is open, and `write` sends a text over it. */
  open(write: (text: string) => void): void {
    this.#write = write;
  }

  /** The coordinator answered. */
  answer({ id, refusal }: CommandAnswer): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(refusal === null ? { state: "followed" } : { state: "refused", reason: refusal.reason });
  }

  /** The socket is gone: what it owes an answer for may have been followed or not. */
  close(): void {
    this.#write = null;
    for (const resolve of this.#waiting.values()) {
      resolve({ state: "unknown", reason: "The connection broke before the coordinator answered" });
    }
    this.#waiting.clear();
  }
}
