import { assertAlmostEquals, assertEquals } from "@std/assert";
import { afterEpoch, needsValidation, NO_PROGRESS, type Progress, type ProgressRules } from "./progress.ts";
import { learningRateFactor, type ScheduleDescription } from "./schedule.ts";

/** The factors of the first steps of some epochs of 100 steps. */
const factors = (schedule: ScheduleDescription | undefined, epochs: number[], progress = NO_PROGRESS) =>
  epochs.map((epoch) => learningRateFactor(schedule, { step: 100 * (epoch - 1) + 1, epoch }, progress));

/** Progress after epochs of those validation accuracies. */
function after(accuracies: number[], rules: ProgressRules): Progress {
  return accuracies.reduce(
    (progress, accuracy, i) => afterEpoch(progress, { epoch: i + 1, accuracy }, rules),
    NO_PROGRESS,
  );
}

Deno.test("without a schedule, and with the constant one, the factor is 1", () => {
  assertEquals(factors(undefined, [1, 2, 99]), [1, 1, 1]);
  assertEquals(factors({ type: "constant" }, [1, 2, 99]), [1, 1, 1]);
});

Deno.test("stepped: the factor is multiplied after every so many epochs", () => {
  assertEquals(factors({ type: "stepped", epochs: 3, factor: 0.5 }, [1, 3, 4, 6, 7, 10]), [
    1,
    1,
    0.5,
    0.5,
    0.25,
    0.125,
  ]);
});

Deno.test("cosine: from 1 by half a wave down to the minimum, which stays", () => {
  const cosine = factors({ type: "cosine", epochs: 4, minimum: 0.2 }, [1, 2, 3, 4, 5, 6, 99]);
  [0, 1, 2, 3, 4, 4, 4].forEach((t, i) =>
    assertAlmostEquals(cosine[i], 0.2 + 0.8 * (1 + Math.cos(Math.PI * t / 4)) / 2, 1e-15)
  );
  assertEquals([cosine[0], cosine[4], cosine[6]], [1, 0.2, 0.2]);
});

Deno.test("warm-up: the factor grows step by step, on top of the schedule", () => {
  const schedule = { type: "stepped", epochs: 1, factor: 0.5, warmUpSteps: 4 } as const;
  const at = (step: number, epoch: number) => learningRateFactor(schedule, { step, epoch }, NO_PROGRESS);
  assertEquals([at(1, 1), at(2, 1), at(3, 2), at(4, 2), at(5, 2)], [0.25, 0.5, 0.375, 0.5, 0.5]);
});

Deno.test("halving: half the rate after epochs without a better accuracy, counted anew after each halving; then the end", () => {
  const schedule = { type: "halving", patience: 2, halvings: 3 } as const;
  const accuracies = [0.5, 0.6, 0.6, 0.55, 0.6, 0.59, 0.7, 0.1, 0.2];
  const story = accuracies.map((_, i) => after(accuracies.slice(0, i + 1), { schedule }));
  assertEquals(story.map(({ halvings }) => halvings), [0, 0, 0, 1, 1, 2, 2, 2, 3]);
  assertEquals(story.map((progress) => factors(schedule, [20], progress)[0]), [
    ...[1, 1, 1],
    ...[0.5, 0.5],
    ...[0.25, 0.25, 0.25],
    0.125,
  ]);
  assertEquals(story.slice(0, -1).every(({ ending }) => ending === null), true);
  assertEquals(
    story.at(-1)!.ending,
    "The validation accuracy has not improved in 2 epochs: it was best after epoch 7, 70.00 %, and the learning rate had " +
      "been halved 2 times.",
  );
});

Deno.test("early stopping: the end after so many epochs without a better accuracy than the best; the first of equal ones is best", () => {
  const rules = { earlyStopping: { patience: 3 } };
  assertEquals(after([0.5, 0.8, 0.8, 0.7], rules), {
    best: { epoch: 2, accuracy: 0.8 },
    halvings: 0,
    waitsSince: 2,
    ending: null,
  });
  assertEquals(
    after([0.5, 0.8, 0.8, 0.7, 0.8], rules).ending,
    "The validation accuracy has not improved in 3 epochs: it was best after epoch 2, 80.00 %.",
  );
  assertEquals(after([0.5, 0.8, 0.8, 0.7, 0.81], rules).best, { epoch: 5, accuracy: 0.81 });
});

Deno.test("the best epoch is noted without rules, and nothing is decided without a validation split", () => {
  assertEquals(after([0.5, 0.8, 0.3], {}).best, { epoch: 2, accuracy: 0.8 });
  const rules = { earlyStopping: { patience: 1 } };
  assertEquals(afterEpoch(NO_PROGRESS, { epoch: 9, accuracy: null }, rules), NO_PROGRESS);
  assertEquals([needsValidation(rules), needsValidation({ schedule: { type: "constant" } })], [true, false]);
});
