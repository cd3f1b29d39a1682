import type { TrainingEvent } from "@tributary/protocol";
import { map } from "rxjs";
import { marbles, RUN_STARTED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { type Asked, controlMessages$ } from "./messages.ts";

const PAUSED: TrainingEvent = {
  type: "paused",
  at: STARTED_AT,
  step: 4,
  reason: "The run is paused after step 4: it was told to pause.",
};
const CHANGED: TrainingEvent = {
  type: "controlChanged",
  at: STARTED_AT,
  step: 5,
  changed: { learningRate: 0.25 },
  settings: { learningRate: 0.25, weightDecay: 0, batchSize: 10 },
};

Deno.test("controlMessages$ says what was asked and refused, and of what is followed the event alone", () => {
  const command = { type: "pause" } as const;
  const asked: Record<string, Asked> = {
    a: { command, outcome: null },
    f: { command, outcome: { state: "followed" } },
    r: { command, outcome: { state: "refused", reason: "The run is not paused" } },
    u: { command, outcome: { state: "unknown", reason: "The connection broke" } },
  };
  const [s, p, c] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({ events: [PAUSED, { type: "notice", at: STARTED_AT, text: "Hello." }] }),
    update({ events: [CHANGED] }),
  );
  marbles(({ cold, expectObservable }) => {
    const asked$ = cold("-a-f---r-u", asked);
    const state$ = cold("s---p-c---", { s, p, c });
    const text$ = controlMessages$(asked$, state$).pipe(map(({ tone, text }) => `${tone} ${text}`));
    expectObservable(text$).toBe("-a--p-cr-u", {
      a: "plain Asked the run to pause after the step in flight.",
      p: "good The run is paused after step 4: it was told to pause.",
      c: "good Settings changed from step 5 on: learning rate 0.25.",
      r: "bad Not done: The run is not paused.",
      u: "bad The connection broke: it is not known whether the command is followed. The events will tell.",
    });
  });
});

Deno.test("controlMessages$ does not say again what a history tells that begins anew", () => {
  const [s, p, again, more] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({ events: [PAUSED] }),
    update({ fromStart: true, events: [structuredClone(RUN_STARTED), structuredClone(PAUSED)] }),
    update({ events: [{ type: "resumed", at: STARTED_AT + 9, waitedMs: 9 }] }),
  );
  marbles(({ cold, expectObservable }) => {
    const text$ = controlMessages$(cold("-"), cold("spam", { s, p, a: again, m: more })).pipe(
      map(({ text }) => text),
    );
    expectObservable(text$).toBe("-p-m", {
      p: "The run is paused after step 4: it was told to pause.",
      m: "The run goes on after 9 ms.",
    });
  });
});
