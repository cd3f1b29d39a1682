/** The facts of a run that hold from the start. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { RunWords } from "../page/facts.ts";

const NO_DETAILS = ["Data set", "Samples", "Model", "Parameters", "Loss", "Optimiser", "Seed", "Arithmetic"]
  .map((label) => ({ label, text: "–" }));

/** One label and text each. */
export function Details({ facts }: { facts: ReadonlySignal<RunWords | null> }): VNode {
  return (
    <section class="card details-card" aria-labelledby="details-title">
      <h2 id="details-title">Run</h2>
      <dl class="details">
        {(facts.value?.details ?? NO_DETAILS).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
