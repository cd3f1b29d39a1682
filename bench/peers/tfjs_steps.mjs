/** Training steps of TensorFlow.js on its WebAssembly backend, one thread: the backward pass by hand, or of W4 by its own gradients. */
import { join } from "node:path";
import { batches, DECAY, folder, load, serve, workload } from "./slices.mjs";

const tf = load("@tensorflow/tfjs");
const wasm = load("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(folder, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("wasm");
await tf.ready();

const { name, sizes, batch, rate } = workload;
const source = batches(batch);
const normal = (shape, deviation) => tf.variable(tf.randomNormal(shape, 0, deviation));

function dense() {
  const w = sizes.slice(1).map((size, i) => normal([sizes[i], size], sizes[i] ** -0.5));
  const b = sizes.slice(1).map((size) => normal([size], 1));
  const last = w.length;
  const relu = name === "W3";
  return () =>
    tf.tidy(() => {
      const [x, y] = source.next().value;
      const a = [tf.tensor(x, [batch, 784])];
      for (let i = 0; i < last; i++) {
        const activation = !relu ? "sigmoid" : i + 1 < last ? "relu" : "linear";
        a.push(tf.fused.matMul({ a: a[i], b: w[i], bias: b[i], activation }));
      }
      const slope = (value) => relu ? tf.step(value) : value.mul(tf.scalar(1).sub(value));
      let d = (relu ? tf.softmax(a[last]) : a[last]).sub(tf.tensor(y, [batch, 10]));
      if (name === "W1") d = d.mul(slope(a[last]));
      d = d.mul(rate / batch);
      for (let i = last - 1; i >= 0; i--) {
        // The flags of matMul() leave the backend's fast path; transposing first is faster.
        const dw = tf.matMul(a[i].transpose(), d);
        const db = d.sum(0);
        if (i > 0) d = tf.matMul(d, w[i].transpose()).mul(slope(a[i]));
        w[i].assign((DECAY ? w[i].mul(1 - rate * DECAY) : w[i]).sub(dw));
        b[i].assign(b[i].sub(db));
      }
    });
}

/** The backend has no gradient of a convolution's weights: it is made of a matrix product for each place in the kernel. */
const convolve = tf.customGrad((x, w, save) => {
  save([x, w]);
  const gradient = (dy, [x, w]) => [
    () => x.shape[3] === 1 ? tf.zerosLike(x) : tf.conv2dTranspose(dy, w, x.shape, 1, "valid"),
    () => {
      const [height, width, inputs, outputs] = w.shape;
      const [n, outHeight, outWidth] = dy.shape;
      const d = dy.reshape([-1, outputs]);
      const parts = [];
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const part = x.slice([0, i, j, 0], [n, outHeight, outWidth, inputs]).reshape([-1, inputs]);
          parts.push(tf.matMul(part.transpose(), d));
        }
      }
      return tf.stack(parts).reshape(w.shape);
    },
  ];
  return {
    value: tf.conv2d(x, w, 1, "valid"),
    gradFunc: (dy, saved) => gradient(dy, saved).map((make) => make()),
  };
});

function convolutional() {
  const shapes = [[5, 5, 1, 20], [20], [5, 5, 20, 40], [40], [640, 100], [100], [100, 10], [10]];
  const [w1, b1, w2, b2, w3, b3, w4, b4] = shapes.map((shape) => normal(shape, 0.1));
  const forward = (x) => {
    let a = tf.maxPool(convolve(x, w1).add(b1).relu(), 2, 2, "valid");
    a = tf.maxPool(convolve(a, w2).add(b2).relu(), 2, 2, "valid");
    return a.reshape([-1, 640]).matMul(w3).add(b3).relu().matMul(w4).add(b4);
  };
  const optimiser = tf.train.sgd(rate);
  return () =>
    tf.tidy(() => {
      const [x, y] = source.next().value;
      const [input, target] = [tf.tensor(x, [batch, 28, 28, 1]), tf.tensor(y, [batch, 10])];
      optimiser.minimize(() => tf.losses.softmaxCrossEntropy(target, forward(input)));
    });
}

await serve(batch, sizes ? dense() : convolutional());
