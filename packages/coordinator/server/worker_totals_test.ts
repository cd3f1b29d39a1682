import { assertEquals } from "@std/assert";
import { WorkerTotals } from "./worker_totals.ts";

Deno.test("WorkerTotals tells what has changed after a version, whoever asked before", () => {
  const totals = new WorkerTotals();
  assertEquals([totals.version, totals.after(0)], [0, []]);
  const [a, b] = [1, 2].map((id) => ({ id, leaves: 0, samples: 0, computeMs: 0 }));
  totals.take([a, b]);
  const first = totals.version;
  assertEquals(totals.after(0).map(({ id }) => id), [1, 2]);
  a.leaves = 8; // by its owner
  totals.take([a, b]);
  totals.take([a, b]);
  assertEquals(totals.after(first), [{ id: 1, leaves: 8, samples: 0, computeMs: 0 }]);
  assertEquals(totals.after(totals.version), []);
  assertEquals(totals.after(0).map(({ id, leaves }) => [id, leaves]), [[1, 8], [2, 0]]);
});
