import { marbles } from "./testing.ts";
import { paced } from "./paced.ts";

Deno.test("paced() lets what is worth it through every 100 ms, the latest one each time, and the last one always", () => {
  marbles(({ cold, expectObservable }) => {
    const source$ = cold("a 39ms b 39ms c 39ms d 39ms e");
    const paced$ = source$.pipe(paced({ isWorthIt: () => true, minMs: 100, maxMs: 1_000 }));
    expectObservable(paced$).toBe("a 99ms c 99ms e");
  });
});

Deno.test("paced() lets what is not worth it through after a second, with the latest value", () => {
  marbles(({ cold, expectObservable }) => {
    const source$ = cold("A 199ms b 199ms c 199ms d 899ms e 399ms F");
    const isWorthIt = (value: string) => value === value.toUpperCase();
    const paced$ = source$.pipe(paced({ isWorthIt, minMs: 100, maxMs: 1_000 }));
    expectObservable(paced$).toBe("A 999ms d 899ms F");
  });
});

Deno.test("paced() without a shortest time delays nothing that is worth it, and tells what went through before", () => {
  marbles(({ cold, expectObservable }) => {
    const isWorthIt = (value: string, previous = "0") => value > previous;
    const paced$ = cold("(14)2(35)").pipe(paced({ isWorthIt, minMs: 0, maxMs: 1_000 }));
    expectObservable(paced$).toBe("(14)-(5)");
  });
});
