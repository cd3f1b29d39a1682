/** f64 numbers by their bits. Big-endian views, so that the machine's own order does not matter. */

const view = new DataView(new ArrayBuffer(8));

/** 2^n for an integer n from -1022 to 1023. */
export function powerOfTwo(n: number): number {
  view.setInt32(0, (n + 1023) << 20);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}

/** The upper 32 bits of a number: sign, exponent and the first 20 bits of the fraction. */
export function highWord(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(0);
}

/** x·2^n through the bits; `x` and the result are normal numbers. */
export function addExponent(x: number, n: number): number {
  view.setFloat64(0, x);
  view.setInt32(0, view.getInt32(0) + (n << 20));
  return view.getFloat64(0);
}

/**
 * The neighbour of `x` in the direction of `error` when the last bit of `x` is 0, else `x`: the value `x + error`,
 * where `x` is its nearest f64, rounded to odd. `x` and `error` are finite and not 0.
 */
export function roundToOdd(x: number, error: number): number {
  view.setFloat64(0, x);
  const low = view.getInt32(4);
  if (low & 1) return x;
  if ((x > 0) === (error > 0)) {
    view.setInt32(4, low | 1);
  } else {
    view.setInt32(4, low - 1);
    if (low === 0) view.setInt32(0, view.getInt32(0) - 1);
  }
  return view.getFloat64(0);
}
