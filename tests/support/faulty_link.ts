/** A TCP link of ours between one worker and its coordinator, on loopback, that can be made to fail in chosen ways. */
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { Buffer } from "node:buffer";

/** What happens once to the next gradient frame that a worker sends. */
export type FrameFault =
  /** The connection breaks in its middle. */
  | "cut"
  /** Its last bytes are missing, and the stream goes on. */
  | "truncate"
  /** It arrives twice. */
  | "duplicate"
  /** One bit of its elements is another one; the frame is still well-formed. */
  | "flip"
  /** A frame of an earlier step arrives again before it. */
  | "replay";

/** Bytes of WebSocket and frame header that `flip` leaves alone. */
const FRAME_HEADER_BYTES = 48;

/** Forwards to a port. Nothing is left when it is disposed of. */
export class FaultyLink implements AsyncDisposable {
  /** Where to connect instead. */
  readonly port: number;
  /** Every byte arrives so much later, either way. */
  delayMs = 0;
  /** Bytes per second, either way. */
  bytesPerSecond = Infinity;
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #pipes = new Set<Pipe>();
  #isDown = false;
  #isSilent = false;
  #fault: { kind: FrameFault; done(at: number): void } | null = null;

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket: Socket) => this.#accept(socket));
  }

  /** Opens a link to a port, of loopback where no other address is given. */
  static async open(port: number, host = "127.0.0.1"): Promise<FaultyLink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    return new FaultyLink(server, { host, port });
  }

  /** Does that to the next gradient frame. @returns when it happened, in milliseconds since 1970. */
  strike(kind: FrameFault): Promise<number> {
    return new Promise((resolve) => this.#fault = { kind, done: resolve });
  }

  /** Takes back a {@link strike} that has not happened. */
  calm(): void {
    this.#fault = null;
  }

  /** From now on nothing arrives and nobody is told; {@link heal} delivers what was held back. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Breaks all connections, and lets no new ones through until {@link heal}. */
  cut(): void {
    this.#isDown = true;
    for (const pipe of this.#pipes) pipe.end();
  }

  /** Everything works again. */
  heal(): void {
    this.#isDown = this.#isSilent = false;
    this.delayMs = 0;
    this.bytesPerSecond = Infinity;
    for (const pipe of this.#pipes) pipe.flush();
  }

  #accept(worker: Socket): void {
    if (this.#isDown) return void worker.destroy();
    const coordinator = connect(this.#target);
    const pipe: Pipe = {
      up: new Lane(coordinator, this),
      down: new Lane(worker, this),
      end: () => {
        if (!this.#pipes.delete(pipe)) return;
        pipe.up.end();
        pipe.down.end();
      },
      flush: () => {
        pipe.up.flush();
        pipe.down.flush();
      },
    };
    this.#pipes.add(pipe);
    const frames = new FrameCutter();
    worker.on("data", (bytes: Uint8Array) => {
      for (const part of frames.take(Buffer.from(bytes))) this.#forward(part, pipe);
    });
    coordinator.on("data", (bytes: Uint8Array) => pipe.down.push(bytes));
    for (const socket of [worker, coordinator]) {
      socket.setNoDelay(true);
      socket.on("error", () => pipe.end());
      // An end is passed on after what is on its way; one side's end is the other's.
      socket.on("close", () => pipe.end());
    }
    worker.on("end", () => pipe.up.finish());
    coordinator.on("end", () => pipe.down.finish());
  }

  #last: Uint8Array | null = null;

  #forward({ bytes, gradientAt }: Part, { up, end }: Pipe): void {
    if (gradientAt === null) return up.push(bytes);
    const earlier = this.#last;
    const fault = this.#fault;
    this.#last = bytes;
    // There is nothing to replay before the first frame.
    if (fault === null || fault.kind === "replay" && earlier === null) return up.push(bytes);
    this.#fault = null;
    fault.done(Date.now());
    switch (fault.kind) {
      case "cut":
        up.push(bytes.subarray(0, bytes.length >> 1));
        return void setTimeout(end, 5);
      case "truncate":
        return up.push(bytes.subarray(0, bytes.length - 12));
      case "duplicate":
        up.push(bytes);
        return up.push(bytes);
      case "replay":
        up.push(earlier!);
        return up.push(bytes);
      case "flip": {
        const wrong = bytes.slice();
        // Bit 3 of the second byte of an element: small enough to stay finite, and masking does not move it.
        const elements = wrong.length - gradientAt - FRAME_HEADER_BYTES;
        wrong[gradientAt + FRAME_HEADER_BYTES + (elements >> 3) * 4 + 1] ^= 8;
        return up.push(wrong);
      }
    }
  }

  /** Whether lanes hold back what they have. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pipe of this.#pipes) pipe.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

interface Pipe {
  up: Lane;
  down: Lane;
  end(): void;
  flush(): void;
}

/** One direction of a connection, in order. */
class Lane {
  readonly #socket: Socket;
  readonly #link: FaultyLink;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #held: (Uint8Array | "end")[] = [];
  #freeAt = 0;

  constructor(socket: Socket, link: FaultyLink) {
    this.#socket = socket;
    this.#link = link;
  }

  push(bytes: Uint8Array): void {
    this.#later(bytes);
  }

  finish(): void {
    this.#later("end");
  }

  #later(what: Uint8Array | "end"): void {
    const { delayMs, bytesPerSecond } = this.#link;
    const now = performance.now();
    const length = what === "end" ? 0 : what.length;
    this.#freeAt = Math.max(now, this.#freeAt) + 1_000 * length / bytesPerSecond;
    const waitMs = this.#freeAt + delayMs - now;
    if (waitMs <= 0 && this.#timers.size === 0) return this.#write(what);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#write(what);
    }, waitMs);
    this.#timers.add(timer);
  }

  #write(what: Uint8Array | "end"): void {
    if (this.#link.isSilent) return void this.#held.push(what);
    if (what === "end") this.#socket.end();
    else if (!this.#socket.destroyed) this.#socket.write(what);
  }

  flush(): void {
    const held = this.#held;
    this.#held = [];
    held.forEach((what) => this.#write(what));
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#socket.destroy();
  }
}

/** Bytes to forward as one. `gradientAt`: where the payload of a binary frame begins, or null where it is none. */
interface Part {
  bytes: Uint8Array;
  gradientAt: number | null;
}

/** Cuts what a worker sends into WebSocket frames, once its request to upgrade is through; other requests pass as they are. */
class FrameCutter {
  #rest = Buffer.alloc(0);
  #state: "request" | "frames" | "other" = "request";

  take(bytes: Buffer): Part[] {
    if (this.#state === "other") return [{ bytes, gradientAt: null }];
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const parts: Part[] = [];
    if (this.#state === "request") {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return [];
      const request = this.#rest.subarray(0, end + 4);
      this.#state = request.toString().startsWith("GET /work ") ? "frames" : "other";
      parts.push({ bytes: request, gradientAt: null });
      this.#rest = this.#rest.subarray(end + 4);
      if (this.#state === "other") {
        if (this.#rest.length > 0) parts.push({ bytes: this.#rest, gradientAt: null });
        return parts;
      }
    }
    for (let frame = this.#next(); frame !== null; frame = this.#next()) parts.push(frame);
    return parts;
  }

  #next(): Part | null {
    const rest = this.#rest;
    if (rest.length < 2) return null;
    const short = rest[1] & 127;
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
    const gradientAt = 2 + lengthBytes + (rest[1] & 128 ? 4 : 0);
    if (rest.length < gradientAt) return null;
    const length = lengthBytes === 0
      ? short
      : lengthBytes === 2
      ? rest.readUInt16BE(2)
      : Number(rest.readBigUInt64BE(2));
    if (rest.length < gradientAt + length) return null;
    const bytes = rest.subarray(0, gradientAt + length);
    this.#rest = rest.subarray(gradientAt + length);
    return { bytes, gradientAt: (bytes[0] & 15) === 2 ? gradientAt : null };
  }
}
