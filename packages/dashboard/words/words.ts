/** Numbers and times in words. Where there is nothing to tell, a dash. */

const DASH = "–";
const LOCALE = "en";
const count = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat(LOCALE, {
  maximumSignificantDigits: 4,
  minimumSignificantDigits: 4,
});
const threeDigits = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

const date = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** "12,345". */
export function formatCount(value: number | null): string {
  return value === null ? DASH : count.format(value);
}

/** A loss: "0.2315", "2.303", "1.2e-5", "NaN". */
export function formatLoss(value: number | null): string {
  if (value === null) return DASH;
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size > 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : significant.format(value);
}

/** A fraction from 0 to 1: "97.25 %". */
export function formatPercent(fraction: number | null, digits = 2): string {
  return fraction === null ? DASH : `${(100 * fraction).toFixed(digits)} %`;
}

/** A rate, to three digits, so that the last ones do not flicker: "12,300", "842", "8.41". */
export function formatRate(perSecond: number | null): string {
  return perSecond === null ? DASH : threeDigits.format(perSecond);
}

/** A short time, to three digits: "0.42 ms", "12.4 ms", "1.25 s". */
export function formatMs(ms: number | null): string {
  if (ms === null) return DASH;
  return ms < 999.5 ? `${threeDigits.format(ms)} ms` : `${threeDigits.format(ms / 1_000)} s`;
}

/** "850 ms", "42 s", "3 min 05 s", "2 h 07 min". */
export function formatDuration(ms: number | null): string {
  if (ms === null) return DASH;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A position in time: "0:42", "3:05", "1:02:07". */
export function formatStopwatch(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${pad(minutes)}` : minutes}:${pad(seconds % 60)}`;
}

/** What is left, coarser the longer it is: "under 5 s", "40 s", "3 min 20 s", "2 h 07 min". */
export function formatTimeLeft(ms: number): string {
  if (ms < 5_000) return "under 5 s";
  const grainMs = ms < 60_000 ? 1_000 : ms < 600_000 ? 5_000 : 60_000;
  return formatDuration(Math.ceil(ms / grainMs) * grainMs).replace(" min 00 s", " min");
}

/** The time of day where the reader is: "14:03:27". */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** The day and time where the reader is: "24 Nov 2026, 14:03". */
export function formatDate(at: number): string {
  return date.format(at);
}

/** "1 worker", "3 workers". */
export function plural(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** The parts that there are, with commas between. */
export function joined(parts: (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(", ");
}

/** With a capital first letter. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the browser's tab says: "Training · mnist-30 · Tributary". */
export function pageTitle(name: string | undefined, headline: string): string {
  return [headline, name, "Tributary"].filter(Boolean).join(" · ");
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
