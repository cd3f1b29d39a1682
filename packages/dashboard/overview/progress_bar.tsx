/** How far the run is. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Progress } from "./progress.ts";
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatStopwatch,
  formatTimeLeft,
} from "../words/words.ts";

/** The bar, and below it epoch, step and time. */
export function ProgressBar({ progress }: { progress: ReadonlySignal<Progress | null> }): VNode {
  const now = progress.value;
  const position = !now
    ? "No step yet"
    : now.step === 0
    ? `No step yet, ${formatCount(now.steps)} to do`
    : `Epoch ${formatCount(now.epoch)} of ${formatCount(now.epochs)}, step ${formatCount(now.step)} of ${
      formatCount(now.steps)
    }`;
  return (
    <>
      <div
        class="bar"
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(100 * (now?.fraction ?? 0))}
        aria-valuetext={position}
      >
        {/* Preact sets styles through the CSSOM, which the Content-Security-Policy allows. */}
        <div class="bar-fill" style={{ transform: `scaleX(${now?.fraction ?? 0})` }} />
      </div>
      <div class="progress-line">
        <span>{position}</span>
        <span class="times">
          <span class="time">{now && elapsedText(now)}</span>
          <span class="time">{now?.leftMs != null && `${formatTimeLeft(now.leftMs)} left`}</span>
          <span class="percent">{formatPercent(now?.fraction ?? 0, 0)}</span>
        </span>
      </div>
    </>
  );
}

function elapsedText({ elapsedMs, restMs }: Progress): string {
  const rest = restMs > 0 ? `, without ${formatDuration(restMs)} of rest` : "";
  return `${formatStopwatch(elapsedMs)} elapsed${rest}`;
}
