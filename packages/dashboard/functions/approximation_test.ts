import { assertEquals } from "@std/assert";
import type { ApproximationEvent } from "@tributary/core";
import { BehaviorSubject, map, NEVER, type Observable, Subject } from "rxjs";
import { marbles } from "../run/testing.ts";
import { type Approximation, approximation$, type Computer } from "./approximation.ts";
import type { ApproximationAnswer, ApproximationRequest, Choice } from "./messages.ts";

function choice(formula: string): Choice {
  return { formula, from: 0, to: 1, pieces: null, hidden: null };
}

const CURVE = { values: [], errors: { largest: 0, mean: 0 }, steps: [] };

/** Answers at once, with two pictures of the learning; a formula "?" cannot be read. */
function computer(): Computer & { asked: string[]; isEnded: boolean } {
  const answers$ = new Subject<ApproximationAnswer>();
  let formula = "";
  let place = 0;
  const events = (): ApproximationEvent[] => [
    { type: "target", formula, variables: 1, from: 0, to: 1, side: 0, values: [] },
    { type: "construction", pieces: 1, output: "linear", ...CURVE },
    { type: "fit", epoch: 0, epochs: 9, loss: null, ...CURVE },
    { type: "fit", epoch: 9, epochs: 9, loss: 1, ...CURVE },
  ];
  const made = {
    asked: [] as string[],
    isEnded: false,
    answers$,
    send(request: ApproximationRequest) {
      made.asked.push(request.type);
      if (request.type === "start") {
        formula = request.choice.formula;
        place = 0;
      }
      const { id } = request;
      if (formula === "?") return answers$.next({ id, type: "mistake", reason: "No formula." });
      const event = events()[place++];
      answers$.next(event ? { id, type: "event", event } : { id, type: "done" });
    },
    [Symbol.dispose]: () => void (made.isEnded = true),
  };
  return made;
}

/** "formula construction? epoch", "." at the end, and the mistake. */
const words = map(({ target, construction, fit, isDone, mistake }: Approximation) =>
  [target?.formula ?? "-", construction ? "c" : "", fit?.epoch ?? "", isDone ? "." : "", mistake].join("")
);

function run(
  { choice$, isPaused$ = new BehaviorSubject(false), again$ = NEVER }: {
    choice$: Observable<Choice>;
    isPaused$?: Observable<boolean>;
    again$?: Observable<void>;
  },
  made = computer(),
): Observable<string> {
  return approximation$({ choice$, isPaused$, again$, open: () => made }).pipe(words);
}

const VALUES = { 0: "-", t: "f", c: "fc", a: "fc0", b: "fc9", d: "fc9." };

Deno.test("approximation$ shows the function and the first two pictures at once, and the learning at its pace", () => {
  marbles(({ expectObservable }) => {
    const told$ = run({ choice$: new BehaviorSubject(choice("f")) });
    expectObservable(told$, "^ 1s !").toBe("(0tca) 74ms b 79ms d", VALUES);
  });
});

Deno.test("approximation$ stands still while it is paused, goes on, and begins again when it is told to", () => {
  marbles(({ hot, expectObservable }) => {
    const isPaused$ = new BehaviorSubject(true);
    hot("500ms g", { g: false }).subscribe((isPaused) => isPaused$.next(isPaused));
    const again$ = hot("1s r", { r: undefined });
    const told$ = run({ choice$: new BehaviorSubject(choice("f")), isPaused$, again$ });
    expectObservable(told$, "^ 1100ms !").toBe("(0tca) 574ms b 79ms d 339ms (tca) 75ms b", VALUES);
  });
});

Deno.test("approximation$ waits until a formula is written, and says what is wrong while the last one stays", () => {
  marbles(({ hot, expectObservable }) => {
    const choice$ = new BehaviorSubject(choice("f"));
    hot("400ms x 9ms y 390ms z", { x: "g", y: "?", z: "g" })
      .subscribe((formula) => choice$.next(choice(formula)));
    expectObservable(run({ choice$ }), "^ 1200ms !").toBe(
      "(0tca) 74ms b 79ms d 499ms m 390ms (TCA) 75ms B",
      { ...VALUES, m: "fc9.No formula.", T: "g", C: "gc", A: "gc0", B: "gc9" },
    );
  });
});

Deno.test("approximation$ ends its worker with the subscription", () => {
  const made = computer();
  marbles(({ expectObservable, flush }) => {
    expectObservable(run({ choice$: new BehaviorSubject(choice("f")) }, made), "^ 50ms !").toBe(
      "(0tca)",
      VALUES,
    );
    flush();
    assertEquals(made.isEnded, true);
  });
  assertEquals(made.asked, ["start", "next", "next"]);
});
