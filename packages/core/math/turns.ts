/**
 * Cosine and sine of an angle given in turns, the same bits on every engine: only `+ - *` and floor.
 *
 * Polynomials: FreeBSD msun `k_sin.c`, `k_cos.c` (fdlibm, Sun Microsystems 1993, freely usable), on at most an eighth
 * of a turn. In turns, the reduction of the argument is exact.
 */

const TWO_PI = 6.283185307179586;
const S1 = -1.66666666666666324348e-01;
const S2 = 8.33333333332248946124e-03;
const S3 = -1.98412698298579493134e-04;
const S4 = 2.75573137070700676789e-06;
const S5 = -2.50507602534068634195e-08;
const S6 = 1.58969099521155010221e-10;
const C1 = 4.16666666666666019037e-02;
const C2 = -1.38888888888741095749e-03;
const C3 = 2.48015872894767294178e-05;
const C4 = -2.75573143513906633035e-07;
const C5 = 2.08757232129817482790e-09;
const C6 = -1.13596475577881948265e-11;

/** cos(2πu) for u in [-1, 1]. */
export function cosTurns(u: number): number {
  return quarterWave(u, 0);
}

/** sin(2πu) for u in [-1, 1]. */
export function sinTurns(u: number): number {
  return quarterWave(u, 3);
}

/** cos(2π(u + shift/4)): turns to the nearest quarter, then ±cos or ±sin of the rest. */
function quarterWave(u: number, shift: number): number {
  const quarter = Math.floor(4 * u + 0.5);
  const x = TWO_PI * (u - quarter / 4);
  switch ((quarter + shift) & 3) {
    case 0:
      return cosine(x);
    case 1:
      return -sine(x);
    case 2:
      return -cosine(x);
    default:
      return sine(x);
  }
}

/** cos x, |x| <= π/4. */
function cosine(x: number): number {
  const z = x * x;
  const r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
  const half = 0.5 * z;
  const y = 1 - half;
  return y + ((1 - y - half) + z * r);
}

/** sin x, |x| <= π/4. */
function sine(x: number): number {
  const z = x * x;
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
  return x + z * x * (S1 + z * r);
}
