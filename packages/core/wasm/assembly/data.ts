/** A batch, gathered from a data set that lies in the memory. Addresses in bytes. */

/**
 * 1/255 in two parts: a byte times the first is exact, and the sum of both products is `byte / 255` rounded once, for each of the
 * 256 bytes (a test tries them all). A division would cost as much as everything else.
 */
const HIGH: f32 = 0.0039215087890625;
const LOW: f32 = 5.983839201917363e-8;

export function gatherBytes(source: usize, indices: usize, y: usize, samples: u32, length: u32): void {
  touch(source, indices, y, samples, length);
  const a = f32x4.splat(HIGH);
  const b = f32x4.splat(LOW);
  for (let s: u32 = 0; s < samples; s++) {
    let p = source + load<u32>(indices + s * 4) * length;
    let rest = length;
    for (; rest >= 16; rest -= 16, p += 16, y += 64) {
      const bytes = v128.load(p);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      v128.store(y, by255(i32x4.extend_low_i16x8_u(low), a, b));
      v128.store(y, by255(i32x4.extend_high_i16x8_u(low), a, b), 16);
      v128.store(y, by255(i32x4.extend_low_i16x8_u(high), a, b), 32);
      v128.store(y, by255(i32x4.extend_high_i16x8_u(high), a, b), 48);
    }
    for (; rest; rest--, p++, y += 4) store<f32>(y, <f32> load<u8>(p) / 255);
  }
}

/**
 * Reads a byte of each line of the cache that the samples lie in. They lie anywhere in the data set; one after the other, each would
 * wait for a slower cache. What was read goes where the batch will be, as a compiler leaves out what nobody uses.
 */
function touch(source: usize, indices: usize, to: usize, samples: u32, length: u32): void {
  let bytes: u32 = 0;
  for (; samples; samples--, indices += 4) {
    const sample = source + load<u32>(indices) * length;
    for (let i: u32 = 0; i < length; i += 64) bytes |= load<u8>(sample + i);
  }
  store<u32>(to, bytes);
}

/** Four words below 256, divided by 255. */
// @ts-ignore: decorator
@inline function by255(words: v128, a: v128, b: v128): v128 {
  const x = f32x4.convert_i32x4_s(words);
  return f32x4.add(f32x4.mul(x, a), f32x4.mul(x, b));
}

export function gatherFloats(source: usize, indices: usize, y: usize, samples: u32, length: u32): void {
  const size = length * 4;
  for (let s: u32 = 0; s < samples; s++) {
    memory.copy(y + s * size, source + load<u32>(indices + s * 4) * size, size);
  }
}

export function gatherOneHot(labels: usize, indices: usize, y: usize, samples: u32, classes: u32): void {
  memory.fill(y, 0, samples * classes * 4);
  for (let s: u32 = 0; s < samples; s++, y += classes * 4) {
    const label = <u32> load<u8>(labels + load<u32>(indices + s * 4));
    if (label < classes) store<f32>(y + label * 4, 1);
  }
}
