/**
 * Tensors on the wire, as binary frames. Little-endian; the header is a multiple of 16 bytes, so the elements are aligned.
 * Parameters that are longer than a frame may be travel in several, in ascending order of `offset`. A gradient travels from its
 * end to its beginning, as the backward pass finishes it: each frame ends where the one before it begins.
 *
 * | byte | type | field | meaning |
 * |---|---|---|---|
 * | 0 | u32 | magic | 0x42495254, "TRIB" |
 * | 4 | u16 | version | `PROTOCOL_VERSION` |
 * | 6 | u16 | kind | 1: parameters, coordinator to worker; 2: gradient sum of a subtree, worker to coordinator |
 * | 8 | u32 | id | parameters: the step, number of updates they have seen; gradient: the round it answers |
 * | 12 | u32 | level | gradient: the subtree's level; else 0 |
 * | 16 | u32 | index | gradient: the subtree's index; else 0 |
 * | 20 | u32 | correct | gradient: correct answers among the subtree's samples; else 0 |
 * | 24 | f64 | loss | gradient: loss sum of the subtree; else 0 |
 * | 32 | u32 | offset | first element of this frame in the tensor |
 * | 36 | u32 | total | elements of the whole tensor |
 * | 40 | f32 | computeMs | gradient: time since the subtree was begun, so the last frame's is what it took; else 0 |
 * | 44 | u32 | reserved | 0 |
 * | 48 | f32[] | elements | at most `LIMITS.frameBytesMax` with the header |
 */
import { LIMITS } from "./limits.ts";
import { PROTOCOL_VERSION } from "./version.ts";

/** Bytes before the elements. */
export const FRAME_HEADER_BYTES = 48;

/** Elements in a full frame. */
export const FRAME_ELEMENTS_MAX: number = (LIMITS.frameBytesMax - FRAME_HEADER_BYTES) / 4;

/** Elements in every frame of a gradient but its last one, at least: two such frames make less than a full one. */
export const GRADIENT_ELEMENTS_MIN: number = (LIMITS.gradientFrameBytesMin - FRAME_HEADER_BYTES) / 4;

const MAGIC = 0x42495254;
const KINDS = ["parameters", "gradient"] as const;

/** What a frame says besides its elements. */
export interface FrameHeader {
  kind: typeof KINDS[number];
  id: number;
  level: number;
  index: number;
  correct: number;
  loss: number;
  offset: number;
  total: number;
  computeMs: number;
}

/** A frame as received; `elements` are the bytes of the f32 elements, a view of the frame. */
export interface Frame {
  header: FrameHeader;
  elements: Uint8Array;
}

/** Number of frames for a tensor. */
export function frameCount(total: number): number {
  return Math.ceil(total / FRAME_ELEMENTS_MAX);
}

/** Buffers for all frames of a tensor, in order; write each with {@link writeFrame}. */
export function allocateFrames(total: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: frameCount(total) }, (_, i) => {
    const elements = Math.min(FRAME_ELEMENTS_MAX, total - i * FRAME_ELEMENTS_MAX);
    return new Uint8Array(FRAME_HEADER_BYTES + 4 * elements);
  });
}

/** A frame of a gradient, and the elements that it holds. */
export interface GradientFrame {
  offset: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Buffers for all frames of a gradient, in the order in which they are sent, so each can go as soon as the backward pass has come
 * as far as its `offset`. Write each with {@link writeGradientFrame}.
 *
 * @param total elements of the gradient.
 * @param starts where the layers' parts begin, in ascending order from 0.
 */
export function allocateGradientFrames(total: number, starts: readonly number[]): GradientFrame[] {
  const frames: GradientFrame[] = [];
  let end = total;
  const cut = (offset: number) => {
    frames.push({ offset, bytes: new Uint8Array(FRAME_HEADER_BYTES + 4 * (end - offset)) });
    end = offset;
  };
  for (const start of starts.toReversed()) {
    while (end - start > FRAME_ELEMENTS_MAX) cut(end - FRAME_ELEMENTS_MAX);
    if (start === 0 || end - start >= GRADIENT_ELEMENTS_MIN) cut(start);
  }
  return frames;
}

/**
 * Writes a frame of {@link allocateGradientFrames}.
 *
 * @param header its `offset` and `total` are filled in here.
 * @param gradient bytes of the whole gradient.
 */
export function writeGradientFrame(
  { offset, bytes }: GradientFrame,
  header: FrameHeader,
  gradient: Uint8Array,
): void {
  header.offset = offset;
  header.total = gradient.length / 4;
  writeHeader(bytes, header);
  const first = 4 * offset;
  bytes.set(gradient.subarray(first, first + bytes.length - FRAME_HEADER_BYTES), FRAME_HEADER_BYTES);
}

/**
 * Writes a tensor into the buffers of {@link allocateFrames}.
 *
 * @param header its `offset` and `total` are filled in here.
 * @param tensor bytes of the f32 elements, in the machine's order, which is little-endian wherever Deno and browsers run.
 */
export function writeFrames(
  frames: readonly Uint8Array<ArrayBuffer>[],
  header: FrameHeader,
  tensor: Uint8Array,
): void {
  header.total = tensor.length / 4;
  frames.forEach((frame, i) => {
    header.offset = i * FRAME_ELEMENTS_MAX;
    writeHeader(frame, header);
    const first = 4 * header.offset;
    frame.set(tensor.subarray(first, first + frame.length - FRAME_HEADER_BYTES), FRAME_HEADER_BYTES);
  });
}

function writeHeader(frame: Uint8Array<ArrayBuffer>, header: FrameHeader): void {
  const view = new DataView(frame.buffer, frame.byteOffset, FRAME_HEADER_BYTES);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, PROTOCOL_VERSION, true);
  view.setUint16(6, KINDS.indexOf(header.kind) + 1, true);
  view.setUint32(8, header.id, true);
  view.setUint32(12, header.level, true);
  view.setUint32(16, header.index, true);
  view.setUint32(20, header.correct, true);
  view.setFloat64(24, header.loss, true);
  view.setUint32(32, header.offset, true);
  view.setUint32(36, header.total, true);
  view.setFloat32(40, header.computeMs, true);
  view.setUint32(44, 0, true);
}

/**
 * Reads a frame.
 *
 * @param total elements that the tensor must have: the receiver knows.
 * @returns a sentence instead when the frame is malformed.
 */
export function readFrame(frame: Uint8Array, total: number): Frame | string {
  if (frame.length < FRAME_HEADER_BYTES) {
    return `Cannot read a frame as it is shorter than its header of ${FRAME_HEADER_BYTES} bytes: ${frame.length} bytes`;
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== MAGIC) return "Cannot read a frame as it does not begin with TRIB";
  const version = view.getUint16(4, true);
  if (version !== PROTOCOL_VERSION) {
    return `Cannot read a frame as it is of version ${version}, wanted ${PROTOCOL_VERSION}`;
  }
  const kind = KINDS[view.getUint16(6, true) - 1];
  if (kind === undefined) return `Cannot read a frame as its kind ${view.getUint16(6, true)} is unknown`;
  const header: FrameHeader = {
    kind,
    id: view.getUint32(8, true),
    level: view.getUint32(12, true),
    index: view.getUint32(16, true),
    correct: view.getUint32(20, true),
    loss: view.getFloat64(24, true),
    offset: view.getUint32(32, true),
    total: view.getUint32(36, true),
    computeMs: view.getFloat32(40, true),
  };
  if (header.total !== total) {
    return `Cannot read a frame as its tensor has ${header.total} elements, wanted ${total}`;
  }
  const elements = frame.subarray(FRAME_HEADER_BYTES);
  if (kind === "gradient") return gradientFrame(header, elements);
  if (header.offset % FRAME_ELEMENTS_MAX !== 0 || header.offset >= total) {
    return `Cannot read a frame as its offset ${header.offset} is no multiple of ${FRAME_ELEMENTS_MAX} below ${total}`;
  }
  const wanted = 4 * Math.min(FRAME_ELEMENTS_MAX, total - header.offset);
  if (elements.length !== wanted) {
    return `Cannot read a frame as it has ${elements.length} bytes of elements, wanted ${wanted}`;
  }
  return { header, elements };
}

function gradientFrame(header: FrameHeader, elements: Uint8Array): Frame | string {
  const { offset, total } = header;
  const min = offset === 0 ? 1 : GRADIENT_ELEMENTS_MIN;
  const max = Math.min(FRAME_ELEMENTS_MAX, total - offset);
  const count = elements.length / 4;
  if (Number.isInteger(count) && min <= count && count <= max) return { header, elements };
  return `Cannot read a frame as it has ${elements.length} bytes of elements from ${offset} of ${total}, ` +
    `wanted ${4 * min} to ${4 * max}`;
}
