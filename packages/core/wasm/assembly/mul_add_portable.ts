/** `x·y + acc` rounded twice: the `portable` arithmetic. */
// @ts-ignore: decorator
@inline export function mulAdd(x: v128, y: v128, acc: v128): v128 {
  return f32x4.add(f32x4.mul(x, y), acc);
}
