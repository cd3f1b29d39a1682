/** `x·y + acc` rounded once: the `exact` arithmetic. The only relaxed instruction there is in the module. */
// @ts-ignore: decorator
@inline export function mulAdd(x: v128, y: v128, acc: v128): v128 {
  return f32x4.relaxed_madd(x, y, acc);
}
