/** Sums and updates of parameters. */
import type { Address, GradientOptions, Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Updates = Pick<
  Kernels,
  "add" | "squareSum" | "sgd" | "momentum" | "rmsprop" | "adam" | "canonicaliseNaN"
>;

const CANONICAL_NAN = 0x7fc00000;

/** The update kernels on a memory. */
export function updates({ floats, words }: Memory, { round, mulAdd }: Numbers): Updates {
  /** Makes the gradient sums of n elements mean gradients with their regulariser. */
  const regularise = (w: Address, g: Address, n: number, options: GradientOptions) => {
    const divisor = round(options.divisor);
    const decay = round(options.decay);
    const shrink = round(options.shrink);
    for (let i = 0; i < n; i++) {
      const weight = floats[w + i];
      let gradient = round(floats[g + i] / divisor);
      if (decay !== 0) gradient = mulAdd(decay, weight, gradient);
      if (shrink !== 0) gradient = round(gradient + (weight > 0 ? shrink : weight < 0 ? -shrink : 0));
      floats[g + i] = gradient;
    }
  };

  return {
    add(a, b, y, n) {
      for (let i = 0; i < n; i++) floats[y + i] = round(floats[a + i] + floats[b + i]);
    },

    squareSum(x, n) {
      const stripes = [0, 0, 0, 0];
      for (let i = 0; i < n; i++) stripes[i % 4] += floats[x + i] * floats[x + i];
      return (stripes[0] + stripes[1]) + (stripes[2] + stripes[3]);
    },

    sgd(w, g, n, options) {
      const rate = round(options.learningRate);
      regularise(w, g, n, options);
      for (let i = 0; i < n; i++) floats[w + i] = mulAdd(-rate, floats[g + i], floats[w + i]);
    },

    momentum(w, g, v, n, options, { momentum, nesterov }) {
      const rate = round(options.learningRate);
      const keep = round(momentum);
      regularise(w, g, n, options);
      for (let i = 0; i < n; i++) {
        const velocity = mulAdd(-rate, floats[g + i], round(keep * floats[v + i]));
        floats[v + i] = velocity;
        floats[w + i] = nesterov
          ? mulAdd(keep, velocity, mulAdd(-rate, floats[g + i], floats[w + i]))
          : round(floats[w + i] + velocity);
      }
    },

    rmsprop(w, g, s, n, options, rule) {
      const rate = round(options.learningRate);
      const [keep, take] = [round(rule.rho), round(1 - rule.rho)];
      const epsilon = round(rule.epsilon);
      regularise(w, g, n, options);
      for (let i = 0; i < n; i++) {
        const gradient = floats[g + i];
        const square = mulAdd(take, round(gradient * gradient), round(keep * floats[s + i]));
        floats[s + i] = square;
        const size = round(round(Math.sqrt(square)) + epsilon);
        floats[w + i] = mulAdd(-rate, round(gradient / size), floats[w + i]);
      }
    },

    adam(w, g, m, v, n, options, rule) {
      const { beta1, beta2, product1, product2 } = rule;
      const rate = round(options.learningRate / (1 - product1));
      const root = round(Math.sqrt(1 - product2));
      const [keep1, take1] = [round(beta1), round(1 - beta1)];
      const [keep2, take2] = [round(beta2), round(1 - beta2)];
      const epsilon = round(rule.epsilon);
      regularise(w, g, n, options);
      for (let i = 0; i < n; i++) {
        const gradient = floats[g + i];
        const first = mulAdd(take1, gradient, round(keep1 * floats[m + i]));
        const second = mulAdd(take2, round(gradient * gradient), round(keep2 * floats[v + i]));
        floats[m + i] = first;
        floats[v + i] = second;
        const size = round(round(round(Math.sqrt(second)) / root) + epsilon);
        floats[w + i] = mulAdd(-rate, round(first / size), floats[w + i]);
      }
    },

    canonicaliseNaN(x, n) {
      for (let i = x; i < x + n; i++) {
        if (floats[i] === floats[i]) continue;
        // A NaN from JavaScript may have any bits: write them as a word.
        if (floats instanceof Float32Array) words[i] = CANONICAL_NAN;
        else floats[i] = NaN;
      }
    },
  };
}
