/** Pictures made of characters. */

/** Values at equal distances, and the character that draws them. */
export interface Curve {
  mark: string;
  values: readonly number[];
}

/** Curves in one picture of `width` x `height` characters, with a scale at the left; later curves lie over earlier ones. */
export function drawCurves(curves: readonly Curve[], width = 72, height = 18): string {
  const { low, high } = rangeOf(curves.flatMap(({ values }) => values));
  const rows = Array.from({ length: height }, () => new Array<string>(width).fill(" "));
  for (const { mark, values } of curves) {
    for (let column = 0; column < width; column++) {
      const value = values[Math.floor((column + 0.5) / width * values.length)];
      const row = Math.round((high - value) / (high - low || 1) * (height - 1));
      rows[row][column] = mark;
    }
  }
  return rows.map((row, i) => {
    const label = i === 0 ? high : i === height - 1 ? low : null;
    return `${(label === null ? "" : label.toPrecision(3)).padStart(8)} |${row.join("").trimEnd()}`;
  }).join("\n");
}

const SHADES = " .:-=+*#%@";

/** Surfaces of `side` x `side` values side by side, dark to bright on one scale, y upwards; two characters are a square. */
export function drawSurfaces(surfaces: readonly (readonly number[])[], side: number): string {
  const { low, high } = rangeOf(surfaces.flat());
  const lines: string[] = [];
  for (let row = side - 2; row >= 0; row -= 2) {
    lines.push(surfaces.map((values) => shadesOf(values, row, { side, low, high })).join("   "));
  }
  return lines.join("\n");
}

function shadesOf(
  values: readonly number[],
  row: number,
  { side, low, high }: { side: number; low: number; high: number },
): string {
  return Array.from({ length: side }, (_, i) => {
    const mean = (values[row * side + i] + values[(row + 1) * side + i]) / 2;
    return SHADES[Math.min(SHADES.length - 1, Math.floor((mean - low) / (high - low || 1) * SHADES.length))];
  }).join("");
}

function rangeOf(values: readonly number[]): { low: number; high: number } {
  return { low: values.reduce((a, b) => Math.min(a, b)), high: values.reduce((a, b) => Math.max(a, b)) };
}
