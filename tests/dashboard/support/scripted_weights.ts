/** Weights that never were, like those of a network that sees digits: each unit likes some strokes and dislikes others. */

/** [side · side, units]; the same numbers each time. */
export function scriptedWeights(units: number, side = 28): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(side * side * units);
  for (let unit = 0; unit < units; unit++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let weight = 0.05 * Math.sin(37 * x + 91 * y + 13 * unit);
        for (let stroke = 0; stroke < 4; stroke++) {
          const angle = unit * 1.7 + stroke * 2.3;
          const [centreX, centreY] = [0.5 + 0.28 * Math.cos(angle * 3.1), 0.5 + 0.28 * Math.sin(angle * 1.9)];
          const [dx, dy] = [x / side - centreX, y / side - centreY];
          const along = dx * Math.cos(angle) + dy * Math.sin(angle);
          const across = dy * Math.cos(angle) - dx * Math.sin(angle);
          weight += (stroke % 2 ? -1 : 1) * 0.5 * Math.exp(-30 * along ** 2 - 180 * across ** 2);
        }
        weights[(y * side + x) * units + unit] = weight;
      }
    }
  }
  return weights;
}
