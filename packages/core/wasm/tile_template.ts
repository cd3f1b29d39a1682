/**
 * Writes the AssemblyScript of the register tiles: for every height from 1 to 5 rows and every width of 8, 4 or 1 columns, tiles
 * that keep their results in registers. 5 rows of 2 vectors, 2 vectors of the right matrix, one of the left and one of its
 * elements are 14 of the 15 registers that V8 has on x86-64.
 *
 * V8 checks every access against the memory's bounds in Deno, which costs as much as the load. So the left matrix comes term by
 * term, its rows side by side, and one load fetches the elements of four rows.
 */
import type { Arithmetic } from "../arithmetic.ts";
import { block, Tile, times } from "./tile.ts";

/** Rows of the highest tile. */
const HEIGHT = 5;
/** Columns of the tiles: two vectors, one vector, one lane. */
const WIDTHS = [8, 4, 1];

/**
 * The source of the module `tiles`. A function makes `count` tiles of one height, one below the other; `next` is the distance in
 * bytes from a tile's first element of a to the next tile's.
 */
export function tilesSource(arithmetic: Arithmetic): string {
  const families = [
    family("product", WIDTHS, PRODUCT_PARAMETERS, productTile),
    family("leaves", WIDTHS, LEAVES_PARAMETERS, leavesTile),
    family("leaf", [8], LEAF_PARAMETERS, leafTile),
    family("sums", [8, 4], SUMS_PARAMETERS, sumsTile),
    family("windows", [8], WINDOWS_PARAMETERS, windowsTile),
  ];
  return [
    'import { NO_BIAS } from "./no_bias";',
    'import { stack } from "./scratch";',
    "// @ts-ignore: decorator",
    `@inline function mulAdd(x: v128, y: v128, acc: v128): v128 { return ${MUL_ADD[arithmetic]}; }`,
    ...families,
  ].join("\n");
}

/** See `mul_add_*.ts`. */
const MUL_ADD: Readonly<Record<Arithmetic, string>> = {
  exact: "f32x4.relaxed_madd(x, y, acc)",
  portable: "f32x4.add(f32x4.mul(x, y), acc)",
};

const PRODUCT_PARAMETERS =
  "a: usize, next: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: u32, more: bool, bias: usize";

/**
 * `c[i, j] = Σ_l a[l, i]·b[l, j]`, or if `more`, `c[i, j]` is where the chains go on; then `+ bias[j]` if there is one. Steps of a
 * and b and rows of c have a distance in bytes.
 */
function productTile(tile: Tile): string[] {
  return [
    ...tile.each((r) => `let ${r}: v128 = f32x4.splat(0);`),
    block("if (more)", tile.each((r, i, j) => `${r} = ${tile.load(`c + ${i} * cRow`, j)};`)),
    "let p = a;",
    "let q = b;",
    "let size = k;",
    ...chain(tile, 2),
    block("if (bias != NO_BIAS)", [
      ...times(tile.vectors, (j) => `const d${j} = ${tile.load("bias", j)};`),
      ...tile.each((r, _i, j) => `${r} = f32x4.add(${r}, d${j});`),
    ]),
    ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    "a += next;",
  ];
}

const LEAF_PARAMETERS =
  "a: usize, next: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: u32";

/** `c[i, j] = Σ_s a[s, i]·b[s, j]`, s over the k samples of one leaf: few, so that a tile's beginning and end count. */
function leafTile(tile: Tile): string[] {
  return [
    ...tile.each((r) => `let ${r}: v128 = f32x4.splat(0);`),
    "let p = a;",
    "let q = b;",
    "let size = k;",
    ...chain(tile, shortTurn(tile, 5)),
    ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    "a += next;",
  ];
}

const LEAVES_PARAMETERS = `${LEAF_PARAMETERS}, leaf: u32`;

/**
 * `c[i, j] = Σ over the leaf tree of a[s, i]·b[s, j]`, s over k samples in leaves of `leaf`. The tree is walked as a
 * binary counter, see `kernels/reference/leaf_sum.ts`, but four leaves at a time, whose sums wait in the function's frame (in tiles
 * for edges one, which is less code); the last sum stays in registers.
 */
function leavesTile(tile: Tile): string[] {
  const keep = (name: string) => tile.each((r) => `const ${name}_${r} = ${r};`);
  const addTo = (name: string) => tile.each((r) => `${r} = f32x4.add(${name}_${r}, ${r});`);
  const zero = tile.each((r) => `${r} = f32x4.splat(0);`);
  const pop = [
    `top -= ${tile.bytes};`,
    ...tile.each((r, _i, _j, at) => `${r} = f32x4.add(v128.load(top, ${at}), ${r});`),
  ];
  const oneLeaf = ["size = min(leaf, rest);", "rest -= size;", ...zero, ...chain(tile, shortTurn(tile, 4))];
  const push = [...tile.each((r, _i, _j, at) => `v128.store(top, ${r}, ${at});`), `top += ${tile.bytes};`];
  const isEdge = tile.width < 8 || tile.height < 4;
  return [
    "let p = a;",
    "let q = b;",
    "let rest = k;",
    "let size: u32;",
    "let top = stack;",
    ...tile.each((r) => `let ${r}: v128;`),
    isEdge
      ? block("for (let one: u32 = 0;; one++)", [
        ...oneLeaf,
        block("for (let ones = one; ones & 1; ones >>= 1)", pop),
        "if (!rest) break;",
        ...push,
      ])
      : block("for (let four: u32 = 0;; four++)", [
        ...oneLeaf,
        "if (!rest) break;",
        ...keep("first"),
        ...oneLeaf,
        ...addTo("first"),
        "if (!rest) break;",
        ...keep("pair"),
        ...oneLeaf,
        block("if (!rest)", [...addTo("pair"), "break;"]),
        ...keep("third"),
        ...oneLeaf,
        ...addTo("third"),
        ...addTo("pair"),
        block("for (let ones = four; ones & 1; ones >>= 1)", pop),
        "if (!rest) break;",
        ...push,
      ]),
    block("while (top > stack)", pop),
    ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    "a += next;",
  ];
}

const SUMS_PARAMETERS =
  "a: usize, next: usize, aStep: usize, aRow: usize, b: usize, bStep: usize, c: usize, cRow: usize, cSkip: usize, n: u32, m: u32, " +
  "more: bool";

/**
 * `c[i, j] = Σ_(row, window) a[row, window, i]·b[row, window, j]` over m rows of n windows, or if `more`, where the chains go on; `aRow`
 * is the distance in bytes from what is behind a row's last window to the next row's first, `cSkip` that from a tile to the next.
 */
function sumsTile(tile: Tile): string[] {
  return [
    ...tile.each((r) => `let ${r}: v128 = f32x4.splat(0);`),
    block("if (more)", tile.each((r, i, j) => `${r} = ${tile.load(`c + ${i} * cRow`, j)};`)),
    "let p = a;",
    "let q = b;",
    block("for (let rest = m; rest; rest--, p += aRow)", [
      "let size = n;",
      ...chain(tile, shortTurn(tile, 4)),
    ]),
    ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    "a += next;",
    "c += cSkip;",
  ];
}

const WINDOWS_PARAMETERS =
  "a: usize, aMap: usize, low: usize, high: usize, map: usize, offsets: usize, terms: u32, maps: u32, c: usize, cRow: usize, " +
  "bias: usize";

/**
 * `c[i, j] = Σ_(map, l) a[map, l, i]·picture[map, offsets[l], j]`, then `+ bias[i]` if there is one: the columns are twice four
 * windows side by side, whose first elements are at `low` and `high`. Maps of a and of the picture have a distance in bytes.
 */
function windowsTile(tile: Tile): string[] {
  return [
    ...tile.each((r) => `let ${r}: v128 = f32x4.splat(0);`),
    "let lower = low;",
    "let higher = high;",
    block("for (let rest = maps; rest; rest--, lower += map, higher += map, a += aMap)", [
      "let p = a;",
      "let q = offsets;",
      "let size = terms;",
      ...repeat([
        "{ const at = <usize> load<u32>(q);",
        ...tile.term("p", (j) => `v128.load(${["lower", "higher"][j]} + at)`),
        `p += ${4 * tile.height};`,
        "q += 4; }",
      ], shortTurn(tile, 5)),
    ]),
    block("if (bias != NO_BIAS)", [
      ...times(tile.height, (i) => `const d${i} = v128.load_splat<f32>(bias, ${4 * i});`),
      ...tile.each((r, i) => `${r} = f32x4.add(${r}, d${i});`),
      `bias += ${4 * tile.height};`,
    ]),
    ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
  ];
}

/** Terms in a turn of a loop that is short and begun often: `most`, but in tiles for edges, which stay small. */
function shortTurn({ width, height }: Tile, most: number): number {
  return width === 8 && height >= 3 ? most : 2;
}

/** `size` terms of every chain, from p and q on, which go on behind them. */
function chain(tile: Tile, turn: number): string[] {
  return repeat([...tile.term("p", (j) => tile.load("q", j)), "p += aStep;", "q += bStep;"], turn);
}

/**
 * Repeats a term `size` times, `turn` of them in each turn of the loop. Long chains are fastest in pairs, short ones with more:
 * V8 checks the bounds of the first one with two instructions more.
 */
function repeat(term: string[], turn: number): string[] {
  const turns = (count: number) =>
    block(`for (; size >= ${count}; size -= ${count})`, times(count, () => term).flat());
  return [
    turns(turn),
    ...turn > 4 ? [turns(2)] : [],
    block(turn === 4 ? "for (; size; size--)" : "if (size)", term),
  ];
}

/** Functions for all heights and widths, and `name(height, width, ...)`, which calls one. */
function family(
  name: string,
  widths: readonly number[],
  parameters: string,
  body: (tile: Tile) => string[],
): string {
  parameters = `count: u32, ${parameters}`;
  const names = parameters.replaceAll(/: \w+/g, "");
  const tiles = widths.flatMap((width) =>
    times(HEIGHT, (i) => {
      const loop = `for (; count; count--, c += ${i + 1} * cRow)`;
      return block(`function ${name}${i + 1}x${width}(${parameters}): void`, [
        block(loop, body(new Tile(i + 1, width))),
      ]);
    })
  );
  const calls = widths.map((width) =>
    block(
      `if (width == ${width}) switch (height)`,
      times(HEIGHT, (i) => `case ${i + 1}: return ${name}${i + 1}x${width}(${names});`),
    )
  );
  return [
    ...tiles,
    block(`export function ${name}(height: u32, width: u32, ${parameters}): void`, calls),
  ].join("\n");
}
