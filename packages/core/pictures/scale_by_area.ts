/** Pictures made smaller or larger by area averaging: a new pixel is the mean of what it covers. */

/** Samples `[height, width]`, row-major, as numbers of any range. */
export interface Field {
  width: number;
  height: number;
  values: Float64Array;
}

/** Scales `field` to `height` x `width`; the mean of all values stays what it was. */
export function scaleByArea(field: Field, height: number, width: number): Field {
  return transpose(scaleWidth(transpose(scaleWidth(field, width)), height));
}

function scaleWidth({ width, height, values }: Field, newWidth: number): Field {
  const ratio = width / newWidth; // old pixels per new one
  const scaled = new Float64Array(height * newWidth);
  for (let x = 0; x < newWidth; x++) {
    const begin = x * ratio, end = Math.min((x + 1) * ratio, width);
    for (let oldX = Math.floor(begin); oldX < end; oldX++) {
      const covered = Math.min(end, oldX + 1) - Math.max(begin, oldX);
      for (let y = 0; y < height; y++) {
        scaled[y * newWidth + x]! += values[y * width + oldX]! * covered / ratio;
      }
    }
  }
  return { width: newWidth, height, values: scaled };
}

function transpose({ width, height, values }: Field): Field {
  const transposed = values.map((_, i) => values[(i % height) * width + Math.floor(i / height)]!);
  return { width: height, height: width, values: transposed };
}
