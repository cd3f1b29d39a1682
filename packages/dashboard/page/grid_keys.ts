/** Going about in a grid with the arrow keys. */

/** Cells in rows of `width`, counted row by row. */
export interface Grid {
  width: number;
  height: number;
  /** Whether later rows are higher up, as on a map whose y grows upwards. */
  upwards?: boolean;
}

/** The cell that a key leads to from a cell: one further, but not out of the grid, or the first or last one; null if it leads nowhere. */
export function gridKey(key: string, from: number, { width, height, upwards = false }: Grid): number | null {
  const inside = (value: number, end: number) => Math.max(0, Math.min(end - 1, value));
  const go = (right: number, rows: number) =>
    inside(Math.floor(from / width) + rows, height) * width + inside(from % width + right, width);
  switch (key) {
    case "ArrowLeft":
      return go(-1, 0);
    case "ArrowRight":
      return go(1, 0);
    case "ArrowUp":
      return go(0, upwards ? 1 : -1);
    case "ArrowDown":
      return go(0, upwards ? -1 : 1);
    case "Home":
      return 0;
    case "End":
      return width * height - 1;
    default:
      return null;
  }
}
