import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  completeTree,
  type DataSet,
  inputLength,
  type KernelsFactory,
  leafCount,
  type Network,
  openWorkspace,
  permutation,
  planModel,
  PURPOSE,
  RangeComputation,
  type RangeSums,
  type Subtree,
  subtreeLeaves,
  subtreesOf,
} from "@tributary/core";
import {
  allocateFrames,
  type Differentiate,
  type Frame,
  FRAME_ELEMENTS_MAX,
  readFrame,
  type RunDescription,
  writeFrames,
} from "@tributary/protocol";
import { reference, TOY_CLASSES, toyDataSet, toyRun, wasm } from "../../tests/support/toy.ts";
import { Computation } from "./computation.ts";

/** Some parameters, as f32. */
function parametersOf(length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => ((i * 37) % 19 - 9) / 8);
}

/** The frames in which a coordinator sends parameters that have seen `step` updates. */
function parameterFrames(parameters: Float32Array<ArrayBuffer>, step: number): Frame[] {
  const frames = allocateFrames(parameters.length);
  writeFrames(frames, { ...HEADER, id: step }, new Uint8Array(parameters.buffer));
  return frames.map((bytes) => read(bytes, parameters.length));
}

const HEADER = {
  kind: "parameters" as const,
  id: 0,
  level: 0,
  index: 0,
  correct: 0,
  loss: 0,
  offset: 0,
  total: 0,
  computeMs: 0,
};

function read(bytes: Uint8Array, total: number): Frame {
  const frame = readFrame(bytes, total);
  assert(typeof frame !== "string", String(frame));
  return frame;
}

/** A computation of one thread. */
function computationOn(run: RunDescription, dataSet: DataSet, kernels: KernelsFactory): Computation {
  return new Computation(run, new RangeComputation(run, dataSet, kernels));
}

/** A computation that has received {@link parametersOf} as those of step 0. */
function computationOf(run: RunDescription, dataSet: DataSet, kernels: KernelsFactory): Computation {
  const computation = computationOn(run, dataSet, kernels);
  parameterFrames(parametersOf(computation.parameters), 0).forEach((frame) =>
    computation.receiveParameters(frame)
  );
  return computation;
}

Deno.test("receiveParameters() takes the frames of a step in order and without gaps, and nothing else counts as complete", () => {
  const computation = computationOn(toyRun(), toyDataSet(), wasm("exact"));
  const total = computation.parameters;
  const part = (id: number, offset: number, end: number): Frame => ({
    header: { ...HEADER, id, offset, total },
    elements: new Uint8Array(4 * (end - offset)),
  });
  const receive = (...frames: Frame[]) => [
    ...frames.map((frame) => computation.receiveParameters(frame)),
    computation.step,
  ];
  assertEquals(receive(part(1, 3, total)), [false, null], "the last frame alone");
  assertEquals(receive(part(1, 0, 3), part(1, 4, total)), [true, false, null], "a gap");
  assertEquals(receive(part(1, 0, 3), part(2, 3, total)), [true, false, null], "of another step");
  assertEquals(
    receive(part(1, 0, 3), part(1, 0, 3), part(1, 3, total)),
    [true, true, true, 1],
    "from the start",
  );
  assertEquals(receive(part(1, 3, total)), [false, null], "the last frame twice");
  assertEquals(receive(part(2, 0, total)), [true, 2]);
});

/** Frames of the answer, as copies: a computation uses its buffers again. */
async function answer(computation: Computation, message: Differentiate): Promise<Frame[]> {
  const frames: Uint8Array[] = [];
  await computation.differentiate(message, (frame) => frames.push(frame.slice()), () => Promise.resolve());
  return frames.map((bytes) => read(bytes, computation.parameters));
}

/** A computation's frames without what is measured. */
function bits(frames: readonly Frame[]): unknown[] {
  return frames.map(({ header, elements }) => [{ ...header, computeMs: 0 }, elements]);
}

/** A network that knows nothing of leaves of other workers, data sets or frames: samples are put in place by hand. */
function networkWith(
  run: RunDescription,
  dataSet: DataSet,
  split: "train" | "validation" | "test",
  samples: number[],
): Network {
  const { network } = openWorkspace({
    plan: planModel(run.model),
    samplesMax: samples.length,
    dataSet: null,
    kernels: reference(run.arithmetic),
  });
  const { layout, kernels: { memory: { floats } } } = network;
  const { inputs, labels } = dataSet[split]!;
  const length = inputLength(dataSet);
  floats.set(parametersOf(layout.plan.parameters), layout.parameters);
  samples.forEach((sample, row) => {
    for (let i = 0; i < length; i++) {
      const input = inputs[sample * length + i];
      floats[layout.values[0] + row * length + i] = inputs instanceof Uint8Array ? input / 255 : input;
    }
    floats[layout.targets + row * dataSet.classes + labels[sample]] = 1;
  });
  return network;
}

function gradientBytes({ layout, kernels: { memory } }: Network): Uint8Array {
  return memory.bytes.slice(4 * layout.gradient, 4 * (layout.gradient + layout.plan.parameters));
}

/** The second step of epoch 3: positions 20 to 39, 7 leaves of 3 samples, the last of 2. */
const STEP: Differentiate = {
  type: "differentiate",
  round: 9,
  step: 0,
  epoch: 3,
  position: 20,
  samples: 20,
  first: 0,
  end: 7,
};

Deno.test("differentiate() gives, per maximal subtree, the bits of core's network.differentiate() over its samples", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    for (const bytes of [true, false]) {
      const run = toyRun({ arithmetic }), dataSet = toyDataSet({ bytes });
      const computation = computationOf(run, dataSet, wasm(arithmetic));
      const order = permutation(dataSet.train.count, {
        seed: run.seed,
        purpose: PURPOSE.permutation,
        stream: STEP.epoch,
      });
      for (const [first, end] of [[0, 7], [0, 1], [1, 7], [2, 5], [6, 7]]) {
        const frames = await answer(computation, { ...STEP, first, end });
        const subtrees = subtreesOf({ first, end }, 7);
        assertEquals(frames.map(({ header: { level, index } }) => ({ level, index })), subtrees);
        frames.forEach(({ header, elements }, i) => {
          const leaves = subtreeLeaves(subtrees[i], 7);
          const positions = Array.from(
            { length: Math.min(20, leaves.end * 3) - leaves.first * 3 },
            (_, s) => order[STEP.position + leaves.first * 3 + s],
          );
          const network = networkWith(run, dataSet, "train", positions);
          network.differentiate({ samples: positions.length, leafSize: 3 }, {
            seed: 1,
            epoch: 1,
            position: 0,
          });
          assertEquals(elements, gradientBytes(network));
          assertEquals(
            [header.kind, header.id, header.loss, header.correct, header.total],
            ["gradient", 9, network.loss, network.correct, computation.parameters],
          );
        });
      }
    }
  }
});

Deno.test("differentiate() by any two ranges completes to the bits of the whole step", async () => {
  const computation = computationOf(toyRun(), toyDataSet(), wasm("exact"));
  const sum = (frames: Frame[]) => {
    const nodes = frames.map(({ header: { level, index, loss }, elements }): [
      Subtree,
      { gradient: Float32Array; loss: number },
    ] => [{ level, index }, { gradient: new Float32Array(elements.slice().buffer), loss }]);
    return completeTree(nodes, leafCount(20, 3), (left, right) => ({
      gradient: left.gradient.map((x, i) => x + right.gradient[i]),
      loss: left.loss + right.loss,
    }));
  };
  const whole = sum(await answer(computation, STEP));
  for (let cut = 1; cut < 7; cut++) {
    const left = await answer(computation, { ...STEP, end: cut });
    const right = await answer(computation, { ...STEP, first: cut });
    assertEquals(sum([...right, ...left]), whole);
  }
});

Deno.test("a long gradient goes out layer by layer from its end, with the bits of one that is summed at once", async () => {
  // 4 inputs and 3 outputs: 3,000 + 360,600 + 1,803 parameters, of which the last two layers' make a frame.
  const run = toyRun({
    model: {
      input: [4],
      layers: [
        { type: "dense", units: 600, activation: "relu" },
        { type: "dense", units: 600, activation: "relu" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
  });
  const dataSet = toyDataSet();
  const ranges = new RangeComputation(run, dataSet, wasm("exact"));
  // As of a crew, which has no slices.
  const atOnce = {
    plan: ranges.plan,
    parameters: ranges.parameters,
    sumSubtrees: ranges.sumSubtrees.bind(ranges),
  } as unknown as RangeSums;
  for (const weight of [1, NaN]) {
    const begin = (ranges: RangeSums) => {
      const computation = new Computation(run, ranges);
      const parameters = parametersOf(computation.parameters);
      parameters[parameters.length - 5] = weight;
      for (const frame of parameterFrames(parameters, 0)) computation.receiveParameters(frame);
      return computation;
    };
    const message = { ...STEP, first: 0, end: 7 };
    const computation = begin(ranges), frames: Frame[] = [], log: (number | "flush")[] = [];
    await computation.differentiate(message, (bytes) => {
      const frame = read(bytes.slice(), computation.parameters);
      frames.push(frame);
      log.push(frame.header.offset);
    }, () => {
      log.push("flush");
      return Promise.resolve();
    });
    assertEquals(log, [3_000, "flush", 0]);
    const wanted = await answer(begin(atOnce), message);
    assertEquals(
      frames.map(({ header }) => ({ ...header, computeMs: 0 })),
      wanted.map(({ header }) => ({ ...header, computeMs: 0 })),
    );
    // Not assertEquals: it is slow for a million bytes.
    const same = frames.every(({ elements }, i) =>
      elements.every((byte, j) => byte === wanted[i].elements[j])
    );
    assert(same, "other bits");
    const words = frames.flatMap(({ elements }) => [...new Uint32Array(elements.slice().buffer)]);
    const isNaNOf = (word: number) => (word & 0x7fffffff) > 0x7f800000;
    assertEquals([...new Set(words.filter(isNaNOf))], weight === 1 ? [] : [0x7fc00000]);
  }
});

Deno.test("next() is the same leaves of the next step, where samples are made and no evaluation comes between", () => {
  const pictures = { ...toyDataSet({ bytes: true }), inputShape: [2, 2] };
  const model = { ...toyRun().model, input: [2, 2] };
  const next = (expansion: RunDescription["expansion"], changes: Partial<Differentiate>) =>
    computationOf(toyRun({ model, expansion }), pictures, wasm("exact")).next({ ...STEP, ...changes });
  const distortions = { type: "distortions", shift: 0, rotation: 20, alpha: 0, sigma: 1 } as const;
  // 53 samples an epoch, in steps of 20 that have 7 leaves.
  const second = { epoch: STEP.epoch, position: 20, samples: 20, first: 2, end: 7 };
  assertEquals(next(distortions, { position: 0, first: 2, end: 7 }), second);
  assertEquals(next(distortions, { position: 20, first: 2, end: 7 }), {
    ...second,
    position: 40,
    samples: 13,
    end: 5,
  });
  assertEquals(
    next(distortions, { position: 20, first: 5, end: 7 }),
    null,
    "the last step has no such leaves",
  );
  assertEquals(
    next(distortions, { position: 40, samples: 13, first: 2, end: 5 }),
    null,
    "an epoch's last step",
  );
  assertEquals(next({ type: "shifts" }, { position: 0, first: 2, end: 7 }), null, "shifts only copy");
  assertEquals(next(undefined, { position: 0, first: 2, end: 7 }), null, "nothing is made");
});

Deno.test("differentiate() says how many samples it computed", async () => {
  const computation = computationOf(toyRun(), toyDataSet(), wasm("exact"));
  const samples = (first: number, end: number) =>
    computation.differentiate({ ...STEP, first, end }, () => {}, () => Promise.resolve());
  assertEquals([await samples(0, 7), await samples(0, 2), await samples(6, 7)], [20, 6, 2]);
});

Deno.test("reference and wasm kernels give the same frames, evaluations and proofs, bit for bit", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    const run = toyRun({ arithmetic }), dataSet = toyDataSet({ bytes: true, test: 500 });
    const [a, b] = [wasm, reference].map((make) => computationOf(run, dataSet, make(arithmetic)));
    assertEquals(bits(await answer(a, STEP)), bits(await answer(b, STEP)));
    const evaluate = { type: "evaluate", round: 1, step: 0, split: "test", first: 0, end: 2 } as const;
    assertEquals(a.evaluate(evaluate), b.evaluate(evaluate));
    assertEquals(a.prove(), b.prove());
  }
});

Deno.test("exact and portable arithmetic give other proofs", () => {
  const [exact, portable] = (["exact", "portable"] as const).map((arithmetic) =>
    computationOn(toyRun({ arithmetic }), toyDataSet(), wasm(arithmetic)).prove()
  );
  assert(exact.some((byte, i) => byte !== portable[i]));
});

Deno.test("evaluate() counts the answers and sums the losses that are found by hand", () => {
  const dataSet = toyDataSet({ validation: 31, test: 300 });
  const run = toyRun({ leafSize: 16 }); // blocks of 256 samples
  const computation = computationOf(run, dataSet, wasm("exact"));
  for (const split of ["train", "validation", "test"] as const) {
    const { count, labels } = dataSet[split]!;
    const network = networkWith(run, dataSet, split, Array.from({ length: count }, (_, i) => i));
    network.forward(count);
    const { kernels: { memory: { floats } }, outputs } = network;
    let correct = 0, loss = 0;
    for (let s = 0; s < count; s++) {
      const row = [...floats.subarray(outputs + s * TOY_CLASSES, outputs + (s + 1) * TOY_CLASSES)];
      if (row.indexOf(Math.max(...row)) === labels[s]) correct++;
      loss -= Math.log(row[labels[s]]);
    }
    const blocks = Math.ceil(count / 256);
    const result = computation.evaluate({
      type: "evaluate",
      round: 1,
      step: 0,
      split,
      first: 0,
      end: blocks,
    });
    assertEquals(result.correct, correct);
    assertEquals(result.losses.length, blocks);
    assertAlmostEquals(result.losses.reduce((a, b) => a + b), loss, 1e-4 * loss);
  }
});

Deno.test("holds() knows which leaves and blocks there are", () => {
  const computation = computationOn(toyRun(), toyDataSet({ test: 500 }), wasm("exact"));
  const differentiate = (changes: Partial<Differentiate>) => computation.holds({ ...STEP, ...changes });
  assert(differentiate({}));
  assert(differentiate({ position: 40, samples: 13, end: 5 }), "the short last step");
  assert(differentiate({ samples: 53, end: 18, position: 0 }), "more samples than the run began with");
  for (
    const changes of [
      { end: 8 },
      { first: 7 },
      { first: 3, end: 3 },
      { first: 5, end: 4 },
      { samples: 0, end: 1 },
      { samples: 5 },
      { position: 34 },
      { position: 0xffffffff },
    ]
  ) assert(!differentiate(changes), JSON.stringify(changes));
  const evaluate = (split: "train" | "validation" | "test", first: number, end: number) =>
    computation.holds({ type: "evaluate", round: 1, step: 0, split, first, end });
  // Leaves of 3 make blocks of 384 samples.
  assert(evaluate("test", 0, 2) && evaluate("test", 1, 2) && evaluate("train", 0, 1));
  assert(!evaluate("test", 0, 3) && !evaluate("test", 1, 1) && !evaluate("validation", 0, 1));
});

Deno.test("step is null until the last frame of the parameters, and after a proof", () => {
  // 4 inputs, u units and 3 outputs make 8u + 3 parameters: a little more than one frame holds.
  const run = toyRun({
    model: {
      input: [4],
      layers: [
        { type: "dense", units: Math.ceil(FRAME_ELEMENTS_MAX / 8), activation: "linear" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    batchSize: 3,
  });
  const computation = computationOn(run, toyDataSet(), wasm("portable"));
  assert(computation.parameters > FRAME_ELEMENTS_MAX && computation.parameters < 2 * FRAME_ELEMENTS_MAX);
  const [first, second] = parameterFrames(parametersOf(computation.parameters), 4);
  const steps = [computation.step];
  for (const frame of [first, second, first, second]) {
    computation.receiveParameters(frame);
    steps.push(computation.step);
  }
  computation.prove();
  assertEquals([...steps, computation.step], [null, null, 4, null, 4, null]);
});

Deno.test("a data set that does not fit the model is refused before it can write beyond the model's memory", () => {
  const dataSet = toyDataSet();
  const wide = { ...dataSet, inputShape: [2] };
  for (const part of ["train", "test"] as const) {
    wide[part] = { ...dataSet[part], inputs: dataSet[part].inputs.slice(0, dataSet[part].count * 2) };
  }
  assertThrows(() => computationOn(toyRun(), wide, wasm("exact")), RangeError, "inputs");
  assertThrows(
    () => computationOn(toyRun(), { ...dataSet, classes: 4 }, wasm("exact")),
    RangeError,
    "classes",
  );
});
