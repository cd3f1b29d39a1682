/** What the colours of weights mean. */
import type { VNode } from "preact";
import { shortened } from "./spread.ts";

/** From minus to plus the size that has the full colour; null while it is not known. */
export function WeightsScale({ scale }: { scale: number | null }): VNode {
  const end = scale === null ? "" : shortened(scale);
  return (
    <p class="scale">
      <span>{end && `-${end}`}</span>
      <span class="scale-bar" aria-hidden="true" />
      <span>{end}</span>
      <span class="visually-hidden">Blue is negative, red is positive.</span>
    </p>
  );
}
