/** A batch, gathered from a data set that lies in the memory. Addresses in bytes. */

export function gatherBytes(source: usize, indices: usize, y: usize, samples: u32, length: u32): void {
  const by255 = f32x4.splat(255);
  for (let s: u32 = 0; s < samples; s++) {
    let p = source + load<u32>(indices + s * 4) * length;
    let rest = length;
    for (; rest >= 4; rest -= 4, p += 4, y += 16) {
      const words = u32x4Of(v128.load_zero<u32>(p));
      v128.store(y, f32x4.div(f32x4.convert_i32x4_u(words), by255));
    }
    for (; rest; rest--, p++, y += 4) store<f32>(y, <f32> load<u8>(p) / 255);
  }
}

/** The first four bytes as words. */
function u32x4Of(v: v128): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v));
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
