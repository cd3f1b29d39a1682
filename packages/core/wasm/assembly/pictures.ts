/** Pictures made from pictures: shifted, and distorted. Addresses in bytes; sums rounded after the product in both arithmetics. */
import { storePart } from "./parts";

/** Moves by one pixel: none, up, down, left, right. */
// @ts-ignore: decorator
@inline
function rowOf(move: u32): i32 {
  return move == 1 ? 1 : move == 2 ? -1 : 0;
}

// @ts-ignore: decorator
@inline
function columnOf(move: u32): i32 {
  return move == 3 ? 1 : move == 4 ? -1 : 0;
}

export function gatherMoved(
  source: usize,
  indices: usize,
  moves: usize,
  y: usize,
  samples: u32,
  maps: u32,
  height: u32,
  width: u32,
): void {
  const by255 = f32x4.splat(255);
  for (let s: u32 = 0; s < samples; s++) {
    const move = load<u32>(moves + s * 4);
    const row = rowOf(move), column = columnOf(move);
    let map = source + <usize> load<u32>(indices + s * 4) * maps * height * width;
    for (let c: u32 = 0; c < maps; c++, map += height * width) {
      for (let i: u32 = 0; i < height; i++, y += width * 4) {
        const p = <i32> i + row;
        if (<u32> p >= height) {
          memory.fill(y, 0, width * 4);
          continue;
        }
        const line = map + <u32> p * width;
        const first: u32 = column < 0 ? 1 : 0;
        const end: u32 = column > 0 ? width - 1 : width;
        let j = first;
        let from = line + j + column;
        if (first) store<f32>(y, 0);
        for (; j + 4 <= end; j += 4, from += 4) {
          const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(from)));
          v128.store(y + j * 4, f32x4.div(f32x4.convert_i32x4_u(words), by255));
        }
        for (; j < end; j++, from++) store<f32>(y + j * 4, <f32> load<u8>(from) / 255);
        if (end < width) store<f32>(y + end * 4, 0);
      }
    }
  }
}

export function smooth(
  u: usize,
  weights: usize,
  y: usize,
  height: u32,
  width: u32,
  radius: u32,
  workspace: usize,
): void {
  const two = f32x4.splat(2), one = f32x4.splat(1);
  const length: u32 = 2 * radius + 1;
  const stride = (width + 2 * radius) * 4;
  memory.fill(workspace, 0, height * stride + 16);
  // Down the columns, into rows with zeros on both sides.
  for (let i: u32 = 0; i < height; i++) {
    const first: u32 = i < radius ? radius - i : 0;
    const end : u32 = min<u32>(length, height + radius - i);
    const line = workspace + i * stride + radius * 4;
    for (let j: u32 = 0; j < width; j += 4) {
      let sum = f32x4.splat(0);
      for (let k = first; k < end; k++) {
        const field = f32x4.sub(f32x4.mul(two, v128.load(u + ((i + k - radius) * width + j) * 4)), one);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + k * 4), field));
      }
      if (j + 4 <= width) v128.store(line + j * 4, sum);
      else storePart(line + j * 4, sum, width - j);
    }
  }
  // Along the rows.
  for (let i: u32 = 0; i < height; i++, y += width * 4) {
    const line = workspace + i * stride;
    for (let j: u32 = 0; j < width; j += 4) {
      let sum = f32x4.splat(0);
      for (let k: u32 = 0; k < length; k++) {
        sum = f32x4.add(
          sum,
          f32x4.mul(v128.load32_splat(weights + k * 4), v128.load(line + (j + k) * 4)),
        );
      }
      if (j + 4 <= width) v128.store(y + j * 4, sum);
      else storePart(y + j * 4, sum, width - j);
    }
  }
}

/** A pixel; 0 outside of the map. */
// @ts-ignore: decorator
@inline
function pixel(map: usize, height: i32, width: i32, i: i32, j: i32): f32 {
  if (<u32> i >= <u32> height || <u32> j >= <u32> width) return 0;
  return <f32> load<u8>(map + i * width + j);
}

export function gatherWarped(
  source: usize,
  index: u32,
  field: usize,
  y: usize,
  maps: u32,
  height: i32,
  width: i32,
  alpha: f32,
  cosine: f32,
  sine: f32,
  down: f32,
  right: f32,
): void {
  const size = height * width;
  const middleRow: f32 = <f32> (height - 1) / 2, middleColumn: f32 = <f32> (width - 1) / 2;
  const toRow: f32 = down + middleRow, toColumn: f32 = right + middleColumn;
  let map = source + <usize> index * maps * size;
  for (let c: u32 = 0; c < maps; c++, map += size) {
    let at = field;
    for (let i = 0; i < height; i++) {
      const row: f32 = <f32> i - middleRow;
      const sineRow: f32 = sine * row, cosineRow: f32 = cosine * row;
      for (let j = 0; j < width; j++, y += 4, at += 4) {
        const column: f32 = <f32> j - middleColumn;
        let p: f32 = (sine * column + cosineRow) + toRow;
        let q: f32 = (cosine * column - sineRow) + toColumn;
        if (alpha != 0) {
          p += alpha * load<f32>(at);
          q += alpha * load<f32>(at + size * 4);
        }
        const top: f32 = Mathf.floor(p), left: f32 = Mathf.floor(q);
        if (!(top >= -1 && top < <f32> height && left >= -1 && left < <f32> width)) {
          store<f32>(y, 0);
          continue;
        }
        const below: f32 = p - top, beside: f32 = q - left;
        const k = <i32> top, l = <i32> left;
        const v00 = pixel(map, height, width, k, l), v01 = pixel(map, height, width, k, l + 1);
        const v10 = pixel(map, height, width, k + 1, l), v11 = pixel(map, height, width, k + 1, l + 1);
        const upper: f32 = v00 + beside * (v01 - v00);
        const lower: f32 = v10 + beside * (v11 - v10);
        const value: f32 = Mathf.floor((upper + below * (lower - upper)) + <f32> 0.5);
        store<f32>(y, value / 255);
      }
    }
  }
}
