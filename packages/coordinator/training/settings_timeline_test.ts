import { assertEquals } from "@std/assert";
import { SettingsTimeline } from "./settings_timeline.ts";

const base = { learningRate: 0.5, weightDecay: 0.1, batchSize: 20 };

Deno.test("a change is in force from its step on, and leaves the other settings as they were", () => {
  const timeline = new SettingsTimeline(base);
  assertEquals(timeline.change(3, { learningRate: 0.25 }), {
    step: 3,
    settings: { ...base, learningRate: 0.25 },
  });
  timeline.change(5, { batchSize: 7 });
  assertEquals([0, 2, 3, 4, 5, 99].map((step) => timeline.at(step)), [
    base,
    base,
    { ...base, learningRate: 0.25 },
    { ...base, learningRate: 0.25 },
    { learningRate: 0.25, weightDecay: 0.1, batchSize: 7 },
    { learningRate: 0.25, weightDecay: 0.1, batchSize: 7 },
  ]);
  assertEquals(timeline.lastStep, 5);
});

Deno.test("of two changes for one step, the later one is in force", () => {
  const timeline = new SettingsTimeline(base);
  timeline.change(3, { learningRate: 1 });
  timeline.change(3, { learningRate: 2 });
  assertEquals(timeline.at(3).learningRate, 2);
});

Deno.test("a timeline that begins later with what was in force agrees with the whole one", () => {
  const whole = new SettingsTimeline(base);
  const changes = [whole.change(2, { batchSize: 3 }), whole.change(6, { learningRate: 9 })];
  const rest = new SettingsTimeline(whole.at(4), changes.filter(({ step }) => step > 4));
  for (const step of [5, 6, 7]) assertEquals(rest.at(step), whole.at(step));
});
