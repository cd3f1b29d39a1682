import { assertEquals, assertMatch } from "@std/assert";
import type { TrainingEvent } from "@tributary/protocol";
import { Subject } from "rxjs";
import { fakeWorker } from "../../../tests/support/fake_socket.ts";
import { Metrics } from "./metrics.ts";
import type { StepDone } from "../training/training.ts";

/** The samples of a text in Prometheus' format, by name and labels. */
function parse(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    assertMatch(line, /^[a-z_]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"\})? \S+$/);
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1).replace("Nan", "NaN"))];
  }));
}

function scene() {
  const events = new Subject<TrainingEvent>(), steps = new Subject<StepDone>();
  const { worker } = fakeWorker(1);
  const workers = new Set([worker]);
  const metrics = new Metrics({ events$: events, steps$: steps, workers });
  const step = (step: number, ms: number) =>
    steps.next({ step, epoch: 1, position: 0, loss: 0.25, accuracy: 0.5, samples: 10, ms, at: 0 });
  return { events, steps, worker, workers, metrics, step };
}

Deno.test("Metrics count steps, samples and their durations", async () => {
  const { metrics, step } = scene();
  step(1, 4);
  step(2, 40);
  const values = parse(await metrics.text());
  assertEquals(values.get("tributary_step"), 2);
  assertEquals(values.get("tributary_steps_total"), 2);
  assertEquals(values.get("tributary_samples_total"), 20);
  assertEquals(values.get("tributary_step_loss"), 0.25);
  assertEquals(values.get('tributary_step_duration_seconds_bucket{le="0.005"}'), 1);
  assertEquals(values.get('tributary_step_duration_seconds_bucket{le="+Inf"}'), 2);
  assertEquals(values.get("tributary_step_duration_seconds_sum"), 0.044);
});

Deno.test("Metrics tell loss and accuracy by split, and faults by kind, beginning with 0", async () => {
  const { metrics, events } = scene();
  events.next({
    type: "epochDone",
    at: 0,
    epoch: 3,
    step: 30,
    train: { loss: 0.5, accuracy: 0.75 },
    validation: null,
    test: { loss: NaN, accuracy: 0.5 },
    seconds: 1,
    samplesPerSecond: 1,
  });
  events.next({ type: "workerRefused", at: 0, name: "eve", code: "token", reason: "no" });
  events.next({ type: "notice", at: 0, text: "no fault" });
  const values = parse(await metrics.text());
  assertEquals(values.get("tributary_epochs_completed"), 3);
  assertEquals(values.get('tributary_accuracy{split="train"}'), 0.75);
  assertEquals(values.get('tributary_accuracy{split="validation"}'), undefined);
  assertEquals(values.get('tributary_loss{split="test"}'), NaN);
  assertEquals(values.get('tributary_faults_total{kind="worker_refused"}'), 1);
  assertEquals(values.get('tributary_faults_total{kind="rolled_back"}'), 0);
});

Deno.test("Metrics of workers are totals, and end when the worker goes; a name cannot break the format", async () => {
  const { metrics, worker, workers } = scene();
  Object.assign(worker.facts, { name: 'a "b" \\' });
  worker.progress.samples = 7;
  worker.send({ type: "ended", reason: "x" });
  worker.traffic.receivedBytes += 5;
  const label = '{worker="a \\"b\\" \\\\"}';
  for (let i = 0; i < 2; i++) {
    const values = parse(await metrics.text());
    assertEquals(values.get("tributary_workers"), 1);
    assertEquals(values.get(`tributary_worker_samples_total${label}`), 7);
    assertEquals(values.get(`tributary_worker_received_bytes_total${label}`), 5);
    assertEquals(
      values.get(`tributary_worker_sent_bytes_total${label}`),
      '{"type":"ended","reason":"x"}'.length,
    );
  }
  workers.clear();
  const values = parse(await metrics.text());
  assertEquals(values.get("tributary_workers"), 0);
  assertEquals(values.get(`tributary_worker_samples_total${label}`), undefined);
});

Deno.test("Metrics listen no more after end()", async () => {
  const { metrics, step, steps, events } = scene();
  metrics.end();
  step(1, 1);
  assertEquals(parse(await metrics.text()).get("tributary_steps_total"), 0);
  assertEquals([steps.observed, events.observed], [false, false]);
});
