/** What runs: name, connection, and the facts that hold from the start. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { RunWords } from "../selectors/facts.ts";
import type { Status } from "../selectors/status.ts";
import { Logo } from "./logo.tsx";

const NO_DETAILS = ["Data set", "Samples", "Model", "Parameters", "Loss", "Optimiser", "Seed", "Arithmetic"]
  .map((label) => ({ label, text: "–" }));

interface HeaderProps {
  facts: ReadonlySignal<RunWords | null>;
  status: ReadonlySignal<Status>;
}

/** The head of the page. */
export function Header({ facts, status }: HeaderProps): VNode {
  const { phase, connection } = status.value;
  const run = facts.value;
  return (
    <header class="header">
      <div class="header-top">
        <p class="brand">
          <Logo />
          Tributary
        </p>
        <p class={`pill is-${phase}`}>
          <span class="dot" aria-hidden="true" />
          {connection}
        </p>
      </div>
      <h1>{run?.name ?? "Training run"}</h1>
      <p class="description">{run?.description || "\u00a0"}</p>
      <dl class="details">
        {(run?.details ?? NO_DETAILS).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
