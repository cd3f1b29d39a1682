/** What goes on, how far it is, and in the end what came out. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Progress } from "./progress.ts";
import type { Status } from "../page/status.ts";
import { ProgressBar } from "./progress_bar.tsx";
import { Summary } from "./summary.tsx";

interface StatusCardProps {
  status: ReadonlySignal<Status>;
  progress: ReadonlySignal<Progress | null>;
}

/** The countdown stands outside the live region: nobody wants to hear every second of it. */
export function StatusCard({ status, progress }: StatusCardProps): VNode {
  const { phase, headline, detail, retrySeconds } = status.value;
  return (
    <section class={`card status is-${phase}`} aria-label="Status">
      <div class="status-line">
        <div role="status" aria-live="polite" class="status-text">
          <strong class="headline">{headline}</strong>
          <span class="detail">{detail}</span>
        </div>
        <span class="retry">{retrySeconds !== null && `Trying again in ${retrySeconds} s`}</span>
      </div>
      <ProgressBar progress={progress} />
      <Summary status={status} />
    </section>
  );
}
