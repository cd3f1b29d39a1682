import { assert, assertEquals, assertThrows } from "@std/assert";
import { emptySteps, type WatchUpdate } from "./events.ts";
import { decodeWatchRequest, decodeWatchUpdate, encodeWatchRequest, encodeWatchUpdate } from "./watch.ts";

Deno.test("a watch request comes back from its text, with and without a token", () => {
  for (const token of [null, "", "abc"]) {
    assertEquals(decodeWatchRequest(encodeWatchRequest({ type: "watch", token })), { type: "watch", token });
  }
});

Deno.test("decodeWatchRequest() gives null for what is no watch request", () => {
  const texts = [
    "",
    "{",
    "null",
    "[]",
    '"watch"',
    '{"type":"watch"}',
    '{"type":"work","token":null}',
    '{"type":"watch","token":1}',
    '{"type":"watch","token":null,"more":1}',
    JSON.stringify({ type: "watch", token: "x".repeat(257) }),
  ];
  for (const text of texts) assertEquals(decodeWatchRequest(text), null, text.slice(0, 60));
});

Deno.test("an update comes back from its text, with losses that JSON would lose", () => {
  const update: WatchUpdate = {
    type: "update",
    fromStart: true,
    at: 1_000,
    events: [
      { type: "notice", at: 1, text: "NaN" },
      {
        type: "epochDone",
        at: 2,
        epoch: 1,
        step: 3,
        train: { loss: NaN, accuracy: 0.5 },
        trainAtEnd: { loss: Infinity, accuracy: 0.5 },
        validation: { loss: Infinity, accuracy: 0.25 },
        test: null,
        seconds: 1,
        samplesPerSecond: 10,
      },
      {
        type: "layersInspected",
        at: 3,
        step: 2,
        samples: 10,
        worker: "w1",
        layers: [
          {
            trained: {
              gradientNorms: { weight: NaN, bias: Infinity },
              weights: { min: -0, max: 1, counts: [2], nan: 0, infinite: 0 },
              gradients: { min: -2, max: -0, counts: [2], nan: 0, infinite: 0 },
            },
            activations: { min: 0, max: -0, counts: [3], nan: 0, infinite: 0 },
            saturated: 0.5,
            dead: null,
          },
          {
            trained: null,
            activations: { min: 0, max: 1, counts: [3], nan: 0, infinite: 0 },
            saturated: null,
            dead: 0,
          },
        ],
      },
    ],
    gradients: [{ step: 1, norms: [0.5, null, NaN], biases: [NaN, null, -Infinity] }],
    steps: {
      ...emptySteps(),
      step: [1, 2, 3],
      loss: [NaN, -0, Infinity],
      accuracy: [0, 0.5, 1],
      samples: [10, 10, 5],
      ms: [1, 2, 3],
      at: [1, 2, 3],
    },
    workers: [{ id: 1, leaves: 2, samples: 20, computeMs: 1.5 }],
  };
  const back = decodeWatchUpdate(encodeWatchUpdate(update));
  assertEquals(back, update);
  assert(Object.is(back.steps.loss[1], -0));
});

Deno.test("decodeWatchUpdate() throws a SyntaxError for a text that is not JSON", () => {
  assertThrows(() => decodeWatchUpdate("{"), SyntaxError);
});
