import { assertEquals } from "@std/assert";
import { ARITHMETICS } from "../arithmetic.ts";
import { below } from "../kernels/test_numbers.ts";
import { exp64 } from "../math/exp64.ts";
import { log64 } from "../math/log64.ts";
import { compile } from "./build.ts";

const PAIRS = 50_000;

/** Exports the functions of pairs that the kernels have inside, to be asked for two numbers. */
const INDEX = `
  import { exp64x2, log64x2 } from "./float64";
  export function exp(): void { v128.store(16, exp64x2(v128.load(0))); }
  export function log(): void { v128.store(16, log64x2(v128.load(0))); }
`;

const LARGEST = Number.MAX_VALUE;
const SMALLEST_NORMAL = 2 ** -1022;
const SPECIAL = [
  0,
  5e-324,
  SMALLEST_NORMAL - 5e-324,
  SMALLEST_NORMAL,
  2 ** -54,
  0.5,
  1,
  2,
  88,
  1e300,
  LARGEST,
];
/** Where exp overflows, where its result is subnormal, and where it underflows to 0: the last number within, the first beyond. */
const EDGES_OF_EXP = [
  709.782712893384,
  709.7827128933841,
  -708.4,
  -740,
  -745.1332191019411,
  -745.1332191019412,
];
/** The root of 1/2 and of 2, between which ln needs no exponent. */
const EDGES_OF_LOG = [
  1 - 2 ** -53,
  1 + 2 ** -52,
  0.7071067811865475,
  0.7071067811865476,
  1.414213562373095,
  1.4142135623730951,
];
const SPECIALS = [...SPECIAL, ...EDGES_OF_EXP, ...EDGES_OF_LOG, Infinity].flatMap((x) => [x, -x]).concat(NaN);

for (const arithmetic of ARITHMETICS) {
  Deno.test(`${arithmetic}: exp64x2() and log64x2() have the bits of exp64() and log64()`, async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = await WebAssembly.compile(new Uint8Array(await compile(arithmetic, INDEX)));
    const { exp, log } = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
      string,
      () => void
    >;
    const numbers = new Float64Array(memory.buffer, 0, 4);
    const check = (x: number, y: number) => {
      numbers.set([x, y]);
      exp();
      assertEquals([...numbers], [x, y, exp64(x), exp64(y)], `exp of ${x} and ${y}`);
      log();
      assertEquals([...numbers], [x, y, log64(x), log64(y)], `log of ${x} and ${y}`);
    };
    for (const x of SPECIALS) for (const y of SPECIALS) check(x, y);
    const random = below(64);
    const anyBits = () => new Float64Array(Uint32Array.of(random(2 ** 32), random(2 ** 32)).buffer)[0];
    const ordinary = () => random(2 ** 32) / 2 ** 22 - 512;
    for (let i = 0; i < PAIRS; i++) check(anyBits(), ordinary());
  });
}
