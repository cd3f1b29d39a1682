/** Poolings and their derivatives, window by window; max-pooling of 2x2, the book's, four windows side by side at a time. */

/** Where `value` takes the place of `largest`: all ones in these lanes. */
function wins(value: v128, largest: v128): v128 {
  const isFirstNaN = v128.andnot(f32x4.ne(value, value), f32x4.ne(largest, largest));
  return v128.or(f32x4.gt(value, largest), isFirstNaN);
}

/** Elements 0, 2, 4 and 6 from `from`. */
function even(from: usize): v128 {
  return v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
}

/** Elements 1, 3, 5 and 7 from `from`. */
function odd(from: usize): v128 {
  return v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 1, 3, 5, 7);
}

/** The largest elements of four windows of 2x2. */
function max2x2(from: usize, row: usize): v128 {
  let largest = even(from);
  let value = odd(from);
  largest = v128.bitselect(value, largest, wins(value, largest));
  value = even(from + row);
  largest = v128.bitselect(value, largest, wins(value, largest));
  value = odd(from + row);
  return v128.bitselect(value, largest, wins(value, largest));
}

/** Writes the derivatives of four windows of 2x2, with +0 where the elements are not the largest. */
function max2x2Backward(from: usize, dy: v128, to: usize, row: usize): void {
  const d = f32x4.add(f32x4.splat(0), dy);
  const first = even(from);
  const second = odd(from);
  const isSecond = wins(second, first);
  let largest = v128.bitselect(second, first, isSecond);
  const third = even(from + row);
  const isThird = wins(third, largest);
  largest = v128.bitselect(third, largest, isThird);
  const isFourth = wins(odd(from + row), largest);
  const isLower = v128.or(isThird, isFourth);
  storeInTurn(to, v128.andnot(v128.andnot(d, isSecond), isLower), v128.andnot(v128.and(d, isSecond), isLower));
  storeInTurn(to + row, v128.andnot(v128.and(d, isThird), isFourth), v128.and(d, isFourth));
}

/** Writes a0 b0 a1 b1 a2 b2 a3 b3. */
function storeInTurn(to: usize, a: v128, b: v128): void {
  v128.store(to, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
}

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
  const is2x2 = poolHeight == 2 && poolWidth == 2 && stride == 2;
  for (; maps; maps--, x += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      let j: u32 = 0;
      if (is2x2) for (; j + 8 <= width; j += 8, y += 16) v128.store(y, max2x2(x + i * row + j * 4, row));
      for (; j + poolWidth <= width; j += stride, y += 4) {
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
  const is2x2 = poolHeight == 2 && poolWidth == 2 && stride == 2;
  // What four windows at a time write leaves no element out.
  if (!is2x2 || height % 2 || width % 8) memory.fill(dx, 0, maps * height * row);
  for (; maps; maps--, x += height * row, dx += height * row) {
    for (let i: u32 = 0; i + poolHeight <= height; i += stride) {
      let j: u32 = 0;
      if (is2x2) {
        for (; j + 8 <= width; j += 8, dy += 16) {
          const at = i * row + j * 4;
          max2x2Backward(x + at, v128.load(dy), dx + at, row);
        }
      }
      for (; j + poolWidth <= width; j += stride, dy += 4) {
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
