/** Training steps of jax-js on its WebAssembly backend, one thread: gradient and update in one compiled function. */
import { batches, DECAY, locate, serve, workload } from "./slices.mjs";

delete globalThis.Worker; // It would start a worker for each core.
const { init, defaultDevice, jit, lax, nn, numpy: np, tree, grad, blockUntilReady } = await import(
  locate("@jax-js/jax")
);
await init("wasm");
defaultDevice("wasm");

const { name, sizes, batch, rate } = workload;
const source = batches(batch);

function array(shape, deviation) {
  const length = shape.reduce((product, size) => product * size, 1);
  const uniform = Float32Array.from({ length }, () => (2 * Math.random() - 1) * deviation * 3 ** 0.5);
  return np.array(uniform).reshape(shape);
}

function initial() {
  if (!sizes) {
    const shapes = {
      w0: [20, 1, 5, 5],
      b0: [20, 1, 1],
      w1: [40, 20, 5, 5],
      b1: [40, 1, 1],
      w2: [640, 100],
      b2: [100],
      w3: [100, 10],
      b3: [10],
    };
    return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, array(shape, 0.1)]));
  }
  const parameters = {};
  sizes.slice(1).forEach((size, i) => {
    parameters[`w${i}`] = array([sizes[i], size], sizes[i] ** -0.5);
    parameters[`b${i}`] = array([size], 1);
  });
  return parameters;
}

function forward(p, x) {
  if (sizes) {
    for (let i = 0; i + 1 < sizes.length; i++) {
      x = np.dot(x, p[`w${i}`]).add(p[`b${i}`]);
      if (i + 2 < sizes.length) x = name === "W3" ? nn.relu(x) : nn.sigmoid(x);
    }
    return x;
  }
  const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
  let a = nn.relu(pool(lax.convGeneralDilated(x, p.w0, [1, 1], "VALID").add(p.b0)));
  a = nn.relu(pool(lax.convGeneralDilated(a, p.w1, [1, 1], "VALID").add(p.b1))).reshape([-1, 640]);
  return np.dot(nn.relu(np.dot(a, p.w2).add(p.b2)), p.w3).add(p.b3);
}

function loss(p, x, y) {
  const z = forward(p, x);
  if (name === "W1") return np.square(nn.sigmoid(z).sub(y)).sum().mul(0.5 / batch);
  if (name === "W2") return nn.softplus(z.ref).sub(z.mul(y)).sum().mul(1 / batch);
  return nn.logSoftmax(z).mul(y).sum().mul(-1 / batch);
}

const step = jit((p, x, y) => {
  const gradients = grad(loss)(tree.ref(p), x, y);
  return Object.fromEntries(
    Object.keys(p).map((key) => {
      const parameter = DECAY && key[0] === "w" ? p[key].mul(1 - rate * DECAY) : p[key];
      return [key, parameter.sub(gradients[key].mul(rate))];
    }),
  );
});

let parameters = initial();
await serve(batch, async () => {
  const [x, y] = source.next().value;
  const input = np.array(x).reshape(sizes ? [batch, 784] : [batch, 1, 28, 28]);
  parameters = step(parameters, input, np.array(y).reshape([batch, 10]));
  await blockUntilReady(parameters);
});
