import { assertEquals } from "@std/assert";
import { STEP_COLUMNS } from "@tributary/protocol";
import fc from "fast-check";
import { appendSteps, emptyHistory } from "../run/history.ts";
import { emptyRunState } from "../run/run_state.ts";
import { epochDone, RUN_ENDED, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { epochsCsv, jsonLines, stepsCsv } from "./points.ts";

const rowsOf = (parts: string[]) =>
  parts.join("").trimEnd().split("\n").slice(1).map((row) => row.split(","));

Deno.test("stepsCsv() has a line for each step, and each number is read back to the last bit", () => {
  fc.assert(fc.property(fc.array(fc.double(), { maxLength: 40 }), (losses) => {
    const columns = steps(1, losses);
    const history = appendSteps(emptyHistory(), columns);
    const rows = rowsOf(stepsCsv(history));
    assertEquals(losses.length === 0 ? 0 : rows.length, losses.length);
    losses.forEach((_, row) =>
      STEP_COLUMNS.forEach((name, column) => {
        if (!Object.is(Number(rows[row][column]), columns[name][row])) {
          throw new Error(`${name} of row ${row}: ${rows[row][column]} for ${columns[name][row]}`);
        }
      })
    );
  }));
});

Deno.test("stepsCsv() of 25,000 steps comes in parts and has all of them", () => {
  const parts = stepsCsv(appendSteps(emptyHistory(), steps(1, Array.from({ length: 25_000 }, (_, i) => i))));
  assertEquals(parts.length, 4);
  assertEquals(rowsOf(parts).map(([step]) => Number(step)), Array.from({ length: 25_000 }, (_, i) => i + 1));
});

Deno.test("epochsCsv() has a line for each epoch, and nothing for a split that was not evaluated", () => {
  const [state] = statesAfter(update({ events: [epochDone(1, { train: 0.25, test: 0.5 })] }));
  assertEquals(
    epochsCsv(state.epochs).join(""),
    [
      "epoch,step,train_loss,train_accuracy,train_loss_at_end,train_accuracy_at_end,validation_loss,validation_accuracy," +
      "test_loss,test_accuracy,seconds,samples_per_second,at",
      `1,4,1,0.25,,,,,1,0.5,1,40,${state.epochs[0].at}`,
      "",
    ].join("\n"),
  );
});

Deno.test("jsonLines() has every event and every step, in that order", () => {
  const events = [RUN_STARTED, epochDone(1, {}), RUN_ENDED];
  const [state] = statesAfter(update({ fromStart: true, events, steps: steps(1, [0.5, NaN, 2]) }));
  const lines = jsonLines(state).join("").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.slice(0, 3), JSON.parse(JSON.stringify(events)));
  assertEquals(lines.slice(3).map(({ type, step, loss }) => [type, step, loss]), [
    ["step", 1, 0.5],
    ["step", 2, "NaN"],
    ["step", 3, 2],
  ]);
  assertEquals(jsonLines(emptyRunState()), []);
});
