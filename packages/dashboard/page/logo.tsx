/** The mark: two streams that join a third. The same as favicon.svg. */
import type { VNode } from "preact";

/** Decoration only; the name stands beside it. */
export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path d="M6 5c0 8 10 6 10 13M26 5c0 8-10 6-10 13M16 4v24" />
    </svg>
  );
}
