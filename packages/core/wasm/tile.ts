/** The AssemblyScript of one register tile: what is written for all of them alike. */

/** The registers of a tile, and the code that fills and uses them. */
export class Tile {
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

  /** One term of every chain; what is loaded beyond a's last row is not used. */
  term(a: string, right: (vector: number) => string): string[] {
    const one = (i: number) => i === 4 || this.height === 1;
    const rows = times(this.height, (i) => [
      `const x${i} = ${
        one(i) ? `v128.load_splat<f32>(${a}, ${4 * i})` : `v128.shuffle<f32>(x, x, ${i}, ${i}, ${i}, ${i})`
      };`,
      ...times(this.vectors, (j) => `c${i}_${j} = mulAdd(x${i}, b${j}, c${i}_${j});`),
    ]);
    return [
      "{",
      ...times(this.vectors, (j) => `const b${j} = ${right(j)};`),
      ...this.height === 1 ? [] : [`const x = v128.load(${a});`],
      ...rows.flat(),
      "}",
    ];
  }
}

/** A statement with a block behind it. */
export function block(head: string, lines: string[]): string {
  return `${head} {\n${lines.join("\n")}\n}`;
}

/** What `of` makes of 0, 1, ... */
export function times<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}
