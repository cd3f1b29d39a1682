import { assert, assertEquals } from "@std/assert";
import { FRAME_HEADER_BYTES } from "@tributary/protocol";
import { ParameterFrames } from "./parameter_frames.ts";

Deno.test("encode() does not touch frames that a socket still has to send", () => {
  const pool = new ParameterFrames(2);
  const first = pool.encode(0, new Uint8Array(8).fill(1));
  first.retain();
  first.release();
  const second = pool.encode(1, new Uint8Array(8).fill(2));
  assertEquals([...first.frames[0].subarray(FRAME_HEADER_BYTES)], new Array(8).fill(1));
  assert(second.frames[0] !== first.frames[0]);
});

Deno.test("encode() uses frames again once everybody has let go of them", () => {
  const pool = new ParameterFrames(2);
  const first = pool.encode(0, new Uint8Array(8));
  first.release();
  assert(pool.encode(1, new Uint8Array(8)).frames[0] === first.frames[0]);
});
