/** How many rows and columns the tiles of a machine have. */
import type { Machine } from "./machine.ts";

/** Columns that a tile computes: whole vectors, of which the last may overlap the one before it. */
export interface Panel {
  readonly first: number;
  readonly width: number;
  readonly vectors: number;
}

/** n columns cut into panels, the wider ones first; only the last one may end within a vector. */
export function panelsOf({ lanes, tileVectors }: Machine, n: number): Panel[] {
  const total = Math.ceil(n / lanes);
  const count = Math.max(1, Math.floor(total / tileVectors));
  const panels = [];
  for (let i = 0, first = 0; i < count; i++) {
    const vectors = Math.ceil((total - first / lanes) / (count - i));
    panels.push({ first, width: Math.min(vectors * lanes, n - first), vectors });
    first += vectors * lanes;
  }
  return panels;
}

/** Most rows of a tile of so many vectors. */
export function rowsOf({ tileRows, vectors }: Machine, panelVectors: number): number {
  return Math.min(tileRows, Math.floor((vectors - panelVectors) / panelVectors));
}
