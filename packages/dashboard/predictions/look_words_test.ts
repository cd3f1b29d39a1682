import { assertEquals } from "@std/assert";
import { of } from "rxjs";
import { FACTS, marbles, RUN_ENDED, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import type { ConnectionStatus } from "../run/connection.ts";
import type { RunState } from "../run/run_state.ts";
import { type LookWords, lookWords$ } from "./look_words.ts";
import { type Looks, looks$, NO_LOOKS } from "./looks.ts";
import { LOOK } from "./testing.ts";

const upTo = (step: number) => update({ steps: steps(1, Array.from({ length: step }, () => 1)) });
const facts = { ...FACTS, samples: { ...FACTS.samples, test: 8 } };
const started = update({ fromStart: true, events: [{ ...RUN_STARTED, facts } as typeof RUN_STARTED] });
const ended = update({ events: [RUN_ENDED] });
const stateAfter = (...updates: Parameters<typeof statesAfter>) => statesAfter(...updates).at(-1)!;
const looked: Looks = { look: LOOK, isAsked: false, progress: { state: "idle" } };

function words(
  state: RunState,
  looks: Looks,
  connection: ConnectionStatus = { state: "live" },
): LookWords {
  let found: LookWords | null = null;
  lookWords$(of(state), of(looks), of(connection)).subscribe((now) => found = now);
  return found!;
}

Deno.test("lookWords$ tells what was looked at, and the numbers", () => {
  const { what, numbers, mayAsk } = words(stateAfter(started, upTo(12)), looked);
  assertEquals(what, "The model after 12 steps, on 8 test samples.");
  assertEquals(numbers.map(({ label, text }) => `${label} ${text}`), [
    "Accuracy 50.00 %",
    "Mistakes 4",
    "Loss 0.8000",
  ]);
  assertEquals(mayAsk, true);
});

Deno.test("lookWords$ says that it is not all samples, where it is not", () => {
  const state = stateAfter(update({ fromStart: true, events: [RUN_STARTED] }));
  assertEquals(words(state, looked).what, "The model after 12 steps, on the first 8 of 10 test samples.");
});

const CASES: [moment: string, state: RunState, looks: Looks, now: string, mayAsk: boolean][] = [
  ["before the run", stateAfter(update()), NO_LOOKS, "", false],
  ["before the first look", stateAfter(started), NO_LOOKS, "", true],
  ["at its step", stateAfter(started, upTo(12)), looked, "This is the model of this moment.", true],
  [
    "when the run has gone on",
    stateAfter(started, upTo(13)),
    looked,
    "The run is 1 step further. It is looked at again when an epoch ends.",
    true,
  ],
  ["after steps were undone", stateAfter(started, upTo(11)), looked, "Steps were undone since then.", true],
  [
    "at the end",
    stateAfter(started, upTo(12), ended),
    looked,
    "This is the model that the run ended with.",
    false,
  ],
  [
    "while samples come",
    stateAfter(started),
    { look: null, isAsked: false, progress: { state: "fetching", done: 1_000, count: 2_000 } },
    "Fetching test samples: 1,000 of 2,000.",
    false,
  ],
  [
    "while it is asked",
    stateAfter(started),
    { look: LOOK, isAsked: false, progress: { state: "computing" } },
    "Asking the model.",
    false,
  ],
  [
    "when it cannot be asked",
    stateAfter(started),
    {
      look: LOOK,
      isAsked: false,
      progress: { state: "failed", reason: "The parameters have 9 bytes, at most 8 are served" },
    },
    "The model could not be looked at: The parameters have 9 bytes, at most 8 are served.",
    true,
  ],
  [
    "too late",
    stateAfter(
      started,
      upTo(13),
      update({ events: [{ ...RUN_ENDED, savedTo: "runs/x" } as typeof RUN_ENDED] }),
    ),
    { look: LOOK, isAsked: false, progress: { state: "failed", reason: "Failed to fetch" } },
    "The run ended before this page had fetched its last model, and the coordinator has gone. " +
    "“deno task evaluate runs/x” shows it in a terminal.",
    true,
  ],
];

for (const [moment, state, looks, now, mayAsk] of CASES) {
  Deno.test(`lookWords$ tells how it stands ${moment}`, () => {
    const said = words(state, looks);
    assertEquals([said.now, said.mayAsk], [now, mayAsk]);
  });
}

Deno.test("lookWords$ says that the coordinator does not answer, but not after the run's end", () => {
  const lost = { state: "disconnected", secondsLeft: 3 } as const;
  const now = "The coordinator does not answer. This is the last model that was fetched.";
  assertEquals(words(stateAfter(started, upTo(12)), looked, lost).now, now);
  const { now: atEnd } = words(stateAfter(started, upTo(12), ended), looked, lost);
  assertEquals(atEnd, "This is the model that the run ended with.");
});

Deno.test("lookWords$ has a screen reader say what a person asked for, and why it cannot be had, but not each look", () => {
  const state = stateAfter(started, upTo(12));
  assertEquals(words(state, looked).spoken, "");
  assertEquals(
    words(state, { ...looked, isAsked: true }).spoken,
    "The model after 12 steps, on 8 test samples. Accuracy 50.00 %.",
  );
  assertEquals(words(state, { ...looked, isAsked: true, progress: { state: "computing" } }).spoken, "");
  const failed = words(state, { ...looked, progress: { state: "failed", reason: "No" } });
  assertEquals(failed.spoken, failed.now);
});

Deno.test("looks$ keeps the last look while another one goes on or fails", () => {
  const news = {
    f: { type: "fetching", done: 0, count: 8, isAsked: false },
    c: { type: "computing", isAsked: false },
    l: { type: "looked", look: LOOK, isAsked: false },
    x: { type: "failed", reason: "No.", isAsked: true },
  } as const;
  marbles(({ cold, expectObservable }) => {
    expectObservable(looks$(cold("--f-c-l-c-x", news))).toBe("n-f-c-l-d-x", {
      n: NO_LOOKS,
      f: { look: null, isAsked: false, progress: { state: "fetching", done: 0, count: 8 } },
      c: { look: null, isAsked: false, progress: { state: "computing" } },
      l: looked,
      d: { look: LOOK, isAsked: false, progress: { state: "computing" } },
      x: { look: LOOK, isAsked: false, progress: { state: "failed", reason: "No." } },
    });
  });
});
