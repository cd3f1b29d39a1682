/** In the place of a view of a run, where there is none. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Address } from "./address.ts";
import { AddressLink } from "./address_link.tsx";
import type { Status } from "./status.ts";

/** Says that there is no run, and leads to the earlier ones. */
export function NoRun({ status, address }: { status: ReadonlySignal<Status>; address: Address }): VNode {
  const { phase, headline, detail } = status.value;
  return (
    <section class={`card status no-run is-${phase}`} aria-label="Status">
      <div role="status" class="status-text">
        <strong class="headline">{headline}</strong>
        <span class="detail">{detail}</span>
      </div>
      <AddressLink address={address} changes={{ run: null, view: "runs" }} class="button">
        Show the earlier runs
      </AddressLink>
    </section>
  );
}
