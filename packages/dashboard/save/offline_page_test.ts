import { assert, assertEquals } from "@std/assert";
import { emptyRunState, reduceRunState, type RunState } from "../run/run_state.ts";
import { epochDone, joined, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { offlinePage, savedNews } from "./offline_page.ts";

const PARTS = { script: "console.log('</script><!--')", styles: "a{}" };

/** What a browser would find in the file. */
function elementsOf(html: string) {
  return {
    getElementById: (id: string) => {
      const start = html.indexOf(">", html.indexOf(`id="${id}"`)) + 1;
      return { textContent: html.slice(start, html.indexOf("</script", start)) } as HTMLElement;
    },
  };
}

/** A run with what is hard to write: numbers that JSON lacks, and a text that would end its element. */
const STATE: RunState = statesAfter(
  update({
    fromStart: true,
    events: [
      RUN_STARTED,
      joined(1),
      { type: "notice", at: 5, text: "</script><!-- <b>" },
      { ...epochDone(1, { test: 0.5 }), train: { loss: NaN, accuracy: 0 } } as ReturnType<typeof epochDone>,
      { type: "layersInspected", at: 6, step: 2, samples: 1, worker: "anvil", layers: [] },
    ],
    steps: steps(1, [0.1, NaN, Infinity, -0]),
    workers: [{ id: 1, leaves: 2, samples: 3, computeMs: 4 }],
  }),
)[0];

Deno.test("a saved run is read back as it was: events, every bit of every step, workers, layers", () => {
  const html = offlinePage(PARTS, { state: STATE, name: "its name", standing: "interrupted" }).join("");
  const [first, second] = savedNews(elementsOf(html))!;
  assert("update" in first);
  const state = reduceRunState(emptyRunState(), first.update);
  const { length } = STATE.steps;
  assertEquals(state.steps.length, length);
  for (const name of ["step", "loss", "accuracy", "samples", "ms", "at"] as const) {
    const values = (of: RunState) => [...of.steps.columns[name].subarray(0, length)];
    assertEquals(values(state), values(STATE));
    values(state).forEach((value, i) => assert(Object.is(value, values(STATE)[i])));
  }
  const { steps: _, ...rest } = state;
  const { steps: __, ...wanted } = STATE;
  assertEquals(rest, wanted);
  assertEquals(second, { status: { state: "recorded", standing: "interrupted", name: "its name" } });
});

Deno.test("no text of a run ends an element of the file, and its policy allows no request", () => {
  const html = offlinePage(PARTS, { state: STATE, name: "its name", standing: "completed" }).join("");
  assertEquals(html.match(/<\/script/g)!.length, 3);
  assert(!html.includes("<!--"));
  assert(html.includes("default-src 'none'"));
  assertEquals([...html.matchAll(/\b(?:src|href)="(.*?)"/g)].map(([, url]) => url), ["data:,"]);
});

Deno.test("a page without a run in it is no such file", () => {
  assertEquals(savedNews({ getElementById: () => null }), null);
});
