/** The parameters, encoded once a step and sent to all workers. */
import { allocateFrames, FRAME_HEADER_BYTES, type FrameHeader, writeFrames } from "@tributary/protocol";

/** The frames of one step. They must stay as they are until every socket has sent them. */
export interface SharedFrames {
  readonly step: number;
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  /** The parameters' bytes. */
  bytes(): Uint8Array;
  /** One more socket is going to send the frames. */
  retain(): void;
  /** A socket has sent them, or never will. */
  release(): void;
}

/**
 * Encodes parameters into buffers that are used again, but never before the last socket has let go of them: a slow
 * worker must not find the next step's numbers in a frame of this one.
 */
export class ParameterFrames {
  readonly #free: Uint8Array<ArrayBuffer>[][] = [];
  readonly #length: number;

  /** @param length elements of the parameter vector. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Encodes the parameters that have seen `step` updates; `bytes` are those of the f32 vector. */
  encode(step: number, bytes: Uint8Array): SharedFrames {
    const frames = this.#free.pop() ?? allocateFrames(this.#length);
    writeFrames(frames, parametersHeader(step), bytes);
    let holders = 1;
    return {
      step,
      frames,
      bytes: () => elementBytes(frames),
      retain: () => holders++,
      release: () => {
        if (--holders === 0) this.#free.push(frames);
      },
    };
  }
}

function elementBytes(frames: readonly Uint8Array<ArrayBuffer>[]): Uint8Array {
  const parts = frames.map((frame) => frame.subarray(FRAME_HEADER_BYTES));
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function parametersHeader(step: number): FrameHeader {
  return {
    kind: "parameters",
    id: step,
    level: 0,
    index: 0,
    correct: 0,
    loss: 0,
    offset: 0,
    total: 0,
    computeMs: 0,
  };
}
