/** Says that the page shows an earlier run, and leads away from it. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { runInAddress } from "../run/run_stream.ts";
import { AddressLink } from "../page/address_link.tsx";

/** Nothing while the live run is shown. */
export function ShownRunBar({ model: { address, isFile, runs } }: { model: PageModel }): VNode | null {
  if (isFile) {
    return (
      <section class="shown-bar" aria-label="Shown run">
        This file shows a recorded run. It was saved from a coordinator's page, and asks nobody.
      </section>
    );
  }
  if (runInAddress(address.params.value) === null) return null;
  const { kind, name } = runs.shown.value;
  return (
    <section class="shown-bar" aria-label="Shown run">
      {kind === "recorded"
        ? `You are looking at the recorded run “${name}”.`
        : "You are looking at a recorded run."}
      {runs.hasLive.value && (
        <AddressLink address={address} changes={{ run: null, view: null }}>Back to the live run</AddressLink>
      )}
      <AddressLink address={address} changes={{ run: null, view: "runs" }}>All runs</AddressLink>
    </section>
  );
}
