/** A data set for the examples: points on three arms of a spiral, which no straight line tells apart. */
import { checkDataSet, type DataSet, PURPOSE, RandomStream, type Split } from "@tributary/core";

/** Three arms of so many points each, in [-1, 1] x [-1, 1]; the same ones every time. */
export function spirals(pointsPerArm = 300): DataSet {
  return checkDataSet({
    name: "spirals",
    inputShape: [2],
    classes: 3,
    train: points(pointsPerArm, 1),
    validation: points(pointsPerArm / 3, 2),
    test: points(pointsPerArm / 3, 3),
  });
}

function points(perArm: number, seed: number): Split {
  const random = new RandomStream({ seed, purpose: PURPOSE.split, stream: 0 });
  const count = 3 * perArm;
  const inputs = new Float32Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % 3;
    const radius = 0.05 + 0.95 * random.uniform();
    const angle = 2 * Math.PI * label / 3 + 4 * radius + 0.3 * (random.uniform() - 0.5);
    labels[i] = label;
    inputs.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  }
  return { count, inputs, labels };
}
