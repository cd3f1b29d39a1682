/** Poolings and their derivatives, window by window. */

/** Where the largest element of a window is: the first among equals, the first NaN before everything. */
function argmax(from: usize, row: usize, poolHeight: u32, poolWidth: u32): usize {
  let best = from;
  let largest = load<f32>(from);
  for (let u: u32 = 0; u < poolHeight; u++, from += row) {
    for (let v: u32 = 0; v < poolWidth; v++) {
      const at = from + v * 4;
      const value = load<f32>(at);
      if (value > largest || (value != value && largest == largest)) {
        best = at;
        largest = value;
      }
    }
  }
  return best;
}

export function maxPool(
  x: usize,
  y: usize,
  maps: u32,
  height: u32,
  width: u32,
  poolHeight: u32,
  poolWidth: u32,
  stride: u32,
): void {
  const row = width * 4;
  for (; maps; maps--, x += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      for (let j: u32 = 0; j + poolWidth <= width; j += stride, y += 4) {
        store<u32>(y, load<u32>(argmax(x + i * row + j * 4, row, poolHeight, poolWidth)));
      }
    }
  }
}

export function maxPoolBackward(
  x: usize,
  dy: usize,
  dx: usize,
  maps: u32,
  height: u32,
  width: u32,
  poolHeight: u32,
  poolWidth: u32,
  stride: u32,
): void {
  const row = width * 4;
  memory.fill(dx, 0, maps * height * row);
  for (; maps; maps--, x += height * row, dx += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      for (let j: u32 = 0; j + poolWidth <= width; j += stride, dy += 4) {
        const to = argmax(x + i * row + j * 4, row, poolHeight, poolWidth) - x + dx;
        store<f32>(to, load<f32>(to) + load<f32>(dy));
      }
    }
  }
}

export function averagePool(
  x: usize,
  y: usize,
  maps: u32,
  height: u32,
  width: u32,
  poolHeight: u32,
  poolWidth: u32,
  stride: u32,
): void {
  const row = width * 4;
  const elements = <f32> (poolHeight * poolWidth);
  for (; maps; maps--, x += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      for (let j: u32 = 0; j + poolWidth <= width; j += stride, y += 4) {
        let sum: f32 = 0;
        for (let u: u32 = 0; u < poolHeight; u++) {
          const from = x + (i + u) * row + j * 4;
          for (let v: u32 = 0; v < poolWidth; v++) sum += load<f32>(from + v * 4);
        }
        store<f32>(y, sum / elements);
      }
    }
  }
}

export function averagePoolBackward(
  dy: usize,
  dx: usize,
  maps: u32,
  height: u32,
  width: u32,
  poolHeight: u32,
  poolWidth: u32,
  stride: u32,
): void {
  const row = width * 4;
  const elements = <f32> (poolHeight * poolWidth);
  memory.fill(dx, 0, maps * height * row);
  for (; maps; maps--, dx += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      for (let j: u32 = 0; j + poolWidth <= width; j += stride, dy += 4) {
        const share = load<f32>(dy) / elements;
        for (let u: u32 = 0; u < poolHeight; u++) {
          const to = dx + (i + u) * row + j * 4;
          for (let v: u32 = 0; v < poolWidth; v++) store<f32>(to + v * 4, load<f32>(to + v * 4) + share);
        }
      }
    }
  }
}
