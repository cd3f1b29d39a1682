/**
 * Writes the AssemblyScript of the register tiles: for every height from 1 to 6 rows and every width of 8, 4 or 1
 * columns, a tile of a matrix product and a tile of a sum over leaves. A tile keeps its results in registers; 6 rows of
 * 2 vectors, 2 vectors of the right matrix and one of the left are 15 of the 16 there are on x86-64.
 */

/** Rows of the highest tile. */
const HEIGHT = 6;
/** Columns of the tiles: two vectors, one vector, one lane. */
const WIDTHS = [8, 4, 1];
/** Terms of a chain in one turn of the loop. */
const UNROLL = 4;

/** The source of the module `tiles`. */
export function tilesSource(): string {
  const tiles: string[] = [];
  for (const width of WIDTHS) {
    for (let height = 1; height <= HEIGHT; height++) {
      tiles.push(productTile(height, width), leavesTile(height, width));
    }
  }
  return [
    'import { mulAdd } from "./mul_add";',
    'import { NO_BIAS } from "./no_bias";',
    'import { stack } from "./scratch";',
    ...tiles,
    dispatcher(
      "product",
      "a: usize, aRow: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: u32, more: bool, bias: usize",
    ),
    dispatcher(
      "leaves",
      "a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, k: u32, leaf: u32",
    ),
  ].join("\n");
}

/**
 * `c[i, j] = Σ_l a[i, l]·b[l, j]`, or if `more`, `c[i, j]` is where the chains go on; then `+ bias[j]` if there is one. Rows of a
 * and c and steps of b have a distance in bytes.
 */
function productTile(height: number, width: number): string {
  const tile = new Tile(height, width);
  const turn = (terms: number) => [
    ...times(terms, (u) => tile.term((i) => `v128.load_splat<f32>(a${i}, ${4 * u})`, `b + ${u} * bStep`))
      .flat(),
    ...times(height, (i) => `a${i} += ${4 * terms};`),
    `b += ${terms} * bStep;`,
  ];
  return block(
    `function product${height}x${width}(a: usize, aRow: usize, b: usize, bStep: usize, c: usize, cRow: usize, ` +
      "k: u32, more: bool, bias: usize): void",
    [
      ...times(height, (i) => `let a${i} = a + ${i} * aRow;`),
      ...tile.each((r) => `let ${r}: v128 = f32x4.splat(0);`),
      block("if (more)", tile.each((r, i, j) => `${r} = ${tile.load(`c + ${i} * cRow`, j)};`)),
      block(`for (; k >= ${UNROLL}; k -= ${UNROLL})`, turn(UNROLL)),
      block("for (; k; k--)", turn(1)),
      block("if (bias != NO_BIAS)", [
        ...times(tile.vectors, (j) => `const d${j} = ${tile.load("bias", j)};`),
        ...tile.each((r, _i, j) => `${r} = f32x4.add(${r}, d${j});`),
      ]),
      ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    ],
  );
}

/**
 * `c[i, j] = Σ over the leaf tree of a[s, i]·b[s, j]`, s over k samples in leaves of `leaf`. The tree is walked as a
 * binary counter, see `kernels/reference/leaf_sum.ts`; the last leaf stays in registers.
 */
function leavesTile(height: number, width: number): string {
  const tile = new Tile(height, width);
  const pop = [
    `top -= ${tile.bytes};`,
    ...tile.each((r, _i, _j, at) => `${r} = f32x4.add(v128.load(top, ${at}), ${r});`),
  ];
  return block(
    `function leaves${height}x${width}(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, ` +
      "k: u32, leaf: u32): void",
    [
      "let top = stack;",
      ...tile.each((r) => `let ${r}: v128;`),
      block("for (let index: u32 = 0;; index++)", [
        ...tile.each((r) => `${r} = f32x4.splat(0);`),
        "let size = min(leaf, k);",
        "k -= size;",
        block("for (; size; size--)", [
          ...tile.term((i) => `v128.load_splat<f32>(a, ${4 * i})`, "b"),
          "a += aStep;",
          "b += bStep;",
        ]),
        block("for (let ones = index; ones & 1; ones >>= 1)", pop),
        "if (!k) break;",
        ...tile.each((r, _i, _j, at) => `v128.store(top, ${r}, ${at});`),
        `top += ${tile.bytes};`,
      ]),
      block("while (top > stack)", pop),
      ...tile.each((r, i, j) => tile.store(`c + ${i} * cRow`, r, j)),
    ],
  );
}

/** Calls the tile of the given height and width: `product(height, width, ...)`. */
function dispatcher(name: string, parameters: string): string {
  const names = parameters.replaceAll(/: \w+/g, "");
  const calls = WIDTHS.map((width) =>
    block(
      `if (width == ${width}) switch (height)`,
      times(HEIGHT, (i) => `case ${i + 1}: return ${name}${i + 1}x${width}(${names});`),
    )
  );
  return block(`export function ${name}(height: u32, width: u32, ${parameters}): void`, calls);
}

/** The registers of a tile, and the code that fills and uses them. */
class Tile {
  readonly vectors: number;

  constructor(readonly height: number, readonly width: number) {
    this.vectors = Math.max(1, width / 4);
  }

  /** Bytes of the registers. */
  get bytes(): number {
    return 16 * this.height * this.vectors;
  }

  /** One line for each register: name, row, vector, and the offset where it is kept. */
  each(line: (register: string, i: number, j: number, offset: number) => string): string[] {
    return times(
      this.height,
      (i) => times(this.vectors, (j) => line(`c${i}_${j}`, i, j, 16 * (i * this.vectors + j))),
    ).flat();
  }

  load(address: string, vector: number): string {
    return this.width === 1 ? `v128.load_zero<f32>(${address})` : `v128.load(${address}, ${16 * vector})`;
  }

  store(address: string, register: string, vector: number): string {
    return this.width === 1
      ? `v128.store_lane<f32>(${address}, ${register}, 0);`
      : `v128.store(${address}, ${register}, ${16 * vector});`;
  }

  /** One term of every chain. */
  term(a: (i: number) => string, b: string): string[] {
    const right = times(this.vectors, (j) => `const b${j} = ${this.load(b, j)};`);
    const rows = times(this.height, (i) => [
      `const x${i} = ${a(i)};`,
      ...times(this.vectors, (j) => `c${i}_${j} = mulAdd(x${i}, b${j}, c${i}_${j});`),
    ]);
    return [`{`, ...right, ...rows.flat(), "}"];
  }
}

function block(head: string, lines: string[]): string {
  return `${head} {\n${lines.join("\n")}\n}`;
}

function times<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}
