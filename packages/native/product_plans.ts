/**
 * How a matrix product is cut into tiles, panels and blocks, and what is packed. A panel is as wide as a tile; the right matrix's
 * part of it is packed where many tiles read it, the left matrix's rows where many panels read them.
 */
import type { ProductSize } from "@tributary/core";
import type { Machine } from "./machine.ts";
import { place, Plan, SCRATCH } from "./plan.ts";
import { CONSTANTS_BYTES, SCRATCH_BYTES } from "./plan_runner.ts";
import { LEAF_TILES, leafTiles, STACK_BYTES } from "./programs/leaf_tiles.ts";
import { copyRows, transposeRows } from "./programs/pack.ts";
import { PRODUCT_TILES, type ProductShape, productTiles, UNROLL } from "./programs/product_tiles.ts";
import type { ProgramStore } from "./programs/program_store.ts";
import type { TileShape } from "./programs/tile.ts";
import { panelsOf, rowsOf } from "./tile_sizes.ts";

/** Operands. */
const A = 0, B = 1, Y = 2, BIAS = 3;
/** Where in the scratch memory the stack of leaves, a packed panel and a block of the left matrix lie. */
const STACK = CONSTANTS_BYTES;
const PANEL = STACK + STACK_BYTES;
const PANEL_BYTES = 1 << 20;
const BLOCK = PANEL + PANEL_BYTES;
const BLOCK_BYTES = Math.min(SCRATCH_BYTES - BLOCK, 3 << 20);

/** Most terms of a chain in one go: a packed panel stays in the first-level cache, or nearly. */
const TERMS = 256;
/** Most rows of the left matrix in one go: with so many terms, they stay in the second-level cache. */
const ROWS = 256;
/** Bytes behind a packed row, so that rows do not compete for the same lines of the cache. */
const ROW_GAP = 64;

/** Number of parts of nearly equal size, none above `most`, and the sizes. */
function* cut(total: number, most: number): Generator<{ first: number; size: number }> {
  const parts = Math.ceil(total / most);
  for (let i = 0; i < parts; i++) {
    const first = Math.floor(i * total / parts);
    yield { first, size: Math.floor((i + 1) * total / parts) - first };
  }
}

/** Plans products for one machine. */
export class ProductPlans {
  readonly #programs: ProgramStore;
  readonly #machine: Machine;

  /** `machine` is any of those that the programs are for. */
  constructor(programs: ProgramStore, machine: Machine) {
    this.#programs = programs;
    this.#machine = machine;
  }

  /** `y = a·b`, or `y = a·bᵀ` if `transposed`; plus a bias if `bias`. */
  product({ m, k, n }: ProductSize, transposed: boolean, bias: boolean): Plan {
    const plan = new Plan();
    const panels = panelsOf(this.#machine, n);
    const packsPanels = transposed || m > 2 * rowsOf(this.#machine, panels[0].vectors);
    const packsRows = packsPanels && panels.length > 4 && m > 1;
    for (const rows of cut(m, packsRows ? ROWS : m)) {
      for (const terms of cut(k, packsPanels ? TERMS : k)) {
        let a = place(A, 4 * (rows.first * k + terms.first));
        let aRow = 4 * k;
        if (packsRows) {
          aRow = 4 * terms.size + ROW_GAP;
          const shape = { width: terms.size, fromRow: 4 * k, toRow: aRow, panel: false };
          plan.call(this.#programs.get("copy", shape, copyRows), a, place(SCRATCH, BLOCK), rows.size);
          a = place(SCRATCH, BLOCK);
        }
        for (const { first, width, vectors } of panels) {
          let b = place(B, 4 * (terms.first * n + first));
          let bStep = 4 * n;
          if (packsPanels) {
            bStep = 4 * vectors * this.#machine.lanes;
            if (transposed) this.#packTransposed(plan, first, width, k, terms.first, terms.size);
            else {
              const shape = { width, fromRow: 4 * n, toRow: bStep, panel: true };
              plan.call(this.#programs.get("copy", shape, copyRows), b, place(SCRATCH, PANEL), terms.size);
            }
            b = place(SCRATCH, PANEL);
          }
          for (const part of this.#tiles(rows.size, vectors)) {
            const shape: ProductShape = {
              rows: part.rows,
              width,
              aRow,
              aStep: 4,
              bStep,
              packed: packsPanels,
              cRow: 4 * n,
              more: terms.first > 0,
              bias: bias && terms.first + terms.size === k,
            };
            const args = [];
            args[PRODUCT_TILES.a] = place(a.operand, a.offset + part.first * aRow);
            args[PRODUCT_TILES.b] = b;
            args[PRODUCT_TILES.c] = place(Y, 4 * ((rows.first + part.first) * n + first));
            args[PRODUCT_TILES.turns] = Math.floor(terms.size / UNROLL);
            args[PRODUCT_TILES.rest] = terms.size % UNROLL;
            args[PRODUCT_TILES.tiles] = part.tiles;
            args[PRODUCT_TILES.aTile] = part.rows * aRow;
            args[PRODUCT_TILES.bias] = place(BIAS, 4 * first);
            plan.call(this.#programs.get("product", shape, productTiles), ...args);
          }
        }
      }
    }
    return plan;
  }

  /** `y = Σ over the leaf tree of aᵀ·b`; `k` of the size is the number of samples. */
  leaves({ m, k, n }: ProductSize, leafSize: number): Plan {
    const plan = new Plan();
    const panels = panelsOf(this.#machine, n);
    const { lanes } = this.#machine;
    const fits = 4 * k * panels[0].vectors * lanes <= PANEL_BYTES;
    const packsPanels = fits && panels.length > 1 && m > 8 * rowsOf(this.#machine, panels[0].vectors);
    const packsRows = fits && panels.length > 4;
    const mostRows = packsRows ? Math.min(ROWS, Math.floor(BLOCK_BYTES / (4 * k))) : m;
    for (const rows of cut(m, mostRows)) {
      let packedFor = 0;
      for (const { first, width, vectors } of panels) {
        const parts = this.#tiles(rows.size, vectors);
        if (packsRows && packedFor !== vectors) {
          packedFor = vectors;
          for (const part of parts) {
            const shape = { width: part.rows, fromRow: 4 * m, toRow: 4 * part.rows, panel: false };
            const program = this.#programs.get("copy", shape, copyRows);
            for (let i = 0; i < part.tiles; i++) {
              const row = part.first + i * part.rows;
              plan.call(program, place(A, 4 * (rows.first + row)), place(SCRATCH, BLOCK + 4 * k * row), k);
            }
          }
        }
        let b = place(B, 4 * first);
        let bStep = 4 * n;
        if (packsPanels) {
          bStep = 4 * vectors * lanes;
          const shape = { width, fromRow: 4 * n, toRow: bStep, panel: true };
          plan.call(this.#programs.get("copy", shape, copyRows), b, place(SCRATCH, PANEL), k);
          b = place(SCRATCH, PANEL);
        }
        for (const part of parts) {
          const shape: TileShape = {
            rows: part.rows,
            width,
            aRow: 4,
            aStep: 4 * (packsRows ? part.rows : m),
            bStep,
            packed: packsPanels,
            cRow: 4 * n,
          };
          const args = [];
          args[LEAF_TILES.a] = packsRows
            ? place(SCRATCH, BLOCK + 4 * k * part.first)
            : place(A, 4 * (rows.first + part.first));
          args[LEAF_TILES.b] = b;
          args[LEAF_TILES.c] = place(Y, 4 * ((rows.first + part.first) * n + first));
          args[LEAF_TILES.samples] = k;
          args[LEAF_TILES.leafSize] = leafSize;
          args[LEAF_TILES.tiles] = part.tiles;
          args[LEAF_TILES.aTile] = 4 * part.rows * (packsRows ? k : 1);
          args[LEAF_TILES.stack] = place(SCRATCH, STACK);
          plan.call(this.#programs.get("leaves", shape, leafTiles), ...args);
        }
      }
    }
    return plan;
  }

  /** Panel [terms, vectors] of rows of b [n, k]. */
  #packTransposed(plan: Plan, first: number, width: number, k: number, term: number, terms: number): void {
    const shape = { width, fromRow: 4 * k, rest: terms % this.#machine.lanes };
    const program = this.#programs.get("transpose", shape, transposeRows);
    const from = place(B, 4 * (first * k + term));
    plan.call(program, from, place(SCRATCH, PANEL), Math.floor(terms / this.#machine.lanes));
  }

  /** Rows cut into tiles of nearly equal height: those of one height, then those with one row less. */
  #tiles(m: number, vectors: number): { first: number; rows: number; tiles: number }[] {
    const count = Math.ceil(m / rowsOf(this.#machine, vectors));
    const rows = Math.ceil(m / count);
    const high = m - (rows - 1) * count;
    const parts = [{ first: 0, rows, tiles: high }];
    if (high < count) parts.push({ first: high * rows, rows: rows - 1, tiles: count - high });
    return parts;
  }
}
