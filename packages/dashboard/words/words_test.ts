import { assertEquals } from "@std/assert";
import {
  formatCount,
  formatDuration,
  formatLoss,
  formatMs,
  formatPercent,
  formatRate,
  formatStopwatch,
  formatTimeLeft,
  pageTitle,
  plural,
} from "./words.ts";

Deno.test("numbers that are not known are a dash", () => {
  assertEquals([formatCount, formatLoss, formatPercent, formatRate, formatDuration].map((f) => f(null)), [
    "–",
    "–",
    "–",
    "–",
    "–",
  ]);
});

Deno.test("formatLoss() shows four digits, small ones as powers of ten, and says what is no number", () => {
  assertEquals([0.231_549, 2.302_585, 0, 12.345_6, 1.234e-5, NaN, Infinity].map(formatLoss), [
    "0.2315",
    "2.303",
    "0.000",
    "12.35",
    "1.23e-5",
    "NaN",
    "Infinity",
  ]);
});

Deno.test("formatRate() shows three digits", () => {
  assertEquals([0, 8.412, 842.4, 12_345].map(formatRate), ["0", "8.41", "842", "12,300"]);
});

Deno.test("formatMs() shows three digits, and seconds from 1 s on", () => {
  assertEquals([0.4236, 12.44, 999.4, 999.6, 1_254, null].map(formatMs), [
    ...["0.424 ms", "12.4 ms", "999 ms", "1 s", "1.25 s", "–"],
  ]);
});

Deno.test("formatDuration() grows from milliseconds to hours", () => {
  assertEquals([850, 42_000, 59_700, 185_000, 7_620_000].map(formatDuration), [
    "850 ms",
    "42 s",
    "1 min 00 s",
    "3 min 05 s",
    "2 h 07 min",
  ]);
});

Deno.test("formatTimeLeft() is coarser the longer it is", () => {
  assertEquals([100, 41_200, 197_000, 240_000, 3_000_000].map(formatTimeLeft), [
    "under 5 s",
    "42 s",
    "3 min 20 s",
    "4 min",
    "50 min",
  ]);
});

Deno.test("formatStopwatch() has hours only where there are some", () => {
  assertEquals([-5, 42_900, 185_000, 3_727_000].map(formatStopwatch), ["0:00", "0:42", "3:05", "1:02:07"]);
});

Deno.test("plural() and pageTitle()", () => {
  assertEquals([plural(1, "worker"), plural(2_000, "worker")], ["1 worker", "2,000 workers"]);
  assertEquals(pageTitle(undefined, "Connecting"), "Connecting · Tributary");
});
