/** What pages have been sent of the model and the data, and have not read yet. */
import { LIMITS } from "@tributary/protocol";

/** Where a copy goes. */
interface Receiver {
  on(event: "close", listener: () => void): unknown;
}

/** Counts bytes, so that pages that read slowly cannot fill the memory. */
export class Flight {
  #bytes = 0;
  #hasParameters = false;

  /** Takes `length` bytes off until the receiver has closed. @returns false when there is no room for them. */
  takeOff(length: number, receiver: Receiver): boolean {
    if (this.#bytes + length > LIMITS.fetchedBytesInFlightMax) return false;
    this.#bytes += length;
    receiver.on("close", () => this.#bytes -= length);
    return true;
  }

  /** A page has asked for all parameters: it will want the last ones, too. */
  noteParameters(): void {
    this.#hasParameters = true;
  }

  /** Lets pages that showed the model fetch the last one, within bounds. */
  async end(): Promise<void> {
    if (!this.#hasParameters) return;
    await pause(LIMITS.lastFetchMs);
    for (let ms = 0; this.#bytes > 0 && ms < LIMITS.goodbyeMs; ms += 50) await pause(50);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
