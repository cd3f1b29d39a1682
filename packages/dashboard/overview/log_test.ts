import type { TrainingEvent } from "@tributary/protocol";
import { map } from "rxjs";
import { marbles, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { log$ } from "./log.ts";

Deno.test("log$ tells the newest event first, keeps each one's key, and hides all but 300", () => {
  const notices = (from: number, count: number): TrainingEvent[] =>
    Array.from({ length: count }, (_, i) => ({ type: "notice", at: STARTED_AT, text: `n${from + i}` }));
  const [a, b, c] = statesAfter(
    update({ events: [...notices(0, 2), { type: "checkpoint", at: STARTED_AT, step: 4 }] }),
    update(),
    update({ events: notices(2, 300) }),
  );
  marbles(({ cold, expectObservable }) => {
    const told$ = log$(cold("abc", { a, b, c })).pipe(
      map(({ lines, hidden }) =>
        `${lines.length} ${lines[0].key}:${lines[0].text} ${lines.at(-1)!.key} ${hidden}`
      ),
    );
    expectObservable(told$).toBe("a-c", { a: "2 1:n1 0 0", c: "300 301:n301 2 2" });
  });
});
