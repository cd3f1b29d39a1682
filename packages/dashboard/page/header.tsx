/** What runs: name, connection, and the ways to the views. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import type { RunWords } from "./facts.ts";
import type { Status } from "./status.ts";
import type { Address } from "./address.ts";
import { Logo } from "./logo.tsx";
import { Navigation } from "./navigation.tsx";

interface HeaderProps {
  address: Address;
  isFile: boolean;
  facts: ReadonlySignal<RunWords | null>;
  status: ReadonlySignal<Status>;
  /** What can be done on every view. */
  children: ComponentChildren;
}

/** The head of the page. */
export function Header({ address, isFile, facts, status, children }: HeaderProps): VNode {
  const { phase, connection } = status.value;
  const run = facts.value;
  return (
    <header class="header">
      <div class="header-top">
        <p class="brand">
          <Logo />
          Tributary
        </p>
        <div class="header-state">
          <p class={`pill is-${phase}`}>
            <span class="dot" aria-hidden="true" />
            {connection}
          </p>
          {children}
        </div>
      </div>
      <h1>{run?.name ?? (phase === "idle" ? "Earlier runs" : "Training run")}</h1>
      <p class="description">{run?.description || "\u00a0"}</p>
      <Navigation address={address} isFile={isFile} />
    </header>
  );
}
