/** The last 1 to 3 elements of an array, as a vector. Nothing else is read or written. */

/** `count` elements (1 to 3) from `address`; the other lanes are +0. */
export function loadPart(address: usize, count: u32): v128 {
  let v = v128.load_zero<u32>(address);
  if (count > 1) v = v128.load_lane<u32>(address, v, 1, 4);
  if (count > 2) v = v128.load_lane<u32>(address, v, 2, 8);
  return v;
}

/** Writes the first `count` lanes (1 to 3). */
export function storePart(address: usize, v: v128, count: u32): void {
  v128.store_lane<u32>(address, v, 0);
  if (count > 1) v128.store_lane<u32>(address, v, 1, 4);
  if (count > 2) v128.store_lane<u32>(address, v, 2, 8);
}
