/** What came out of the run; its place is kept from the start. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Status } from "../page/status.ts";
import { CopyButton } from "../page/copy_button.tsx";

/** The hash that proves the trained bits, and where the model was saved. */
export function Summary({ status }: { status: ReadonlySignal<Status> }): VNode {
  const { parametersSha256, savedTo } = status.value;
  const hasEnded = parametersSha256 !== null;
  return (
    <dl class="summary">
      <div class="summary-hash">
        <dt>SHA-256 of the parameters</dt>
        <dd>
          {hasEnded ? <code>{parametersSha256}</code> : <span class="later">when the run ends</span>}
          {hasEnded && <CopyButton text={parametersSha256} label="Copy the SHA-256" />}
        </dd>
      </div>
      <div>
        <dt>Trained model</dt>
        <dd>
          {savedTo !== null
            ? <code>{savedTo}</code>
            : <span class="later">{hasEnded ? "not saved" : "when the run ends"}</span>}
        </dd>
      </div>
    </dl>
  );
}
