/** What the colours of a bar mean. */
import type { VNode } from "preact";

/** Kinds and their names. */
export function Key({ parts }: { parts: readonly (readonly [kind: string, title: string])[] }): VNode {
  return (
    <ul class="key">
      {parts.map(([kind, title]) => (
        <li key={kind}>
          <span class={`swatch is-${kind}`} aria-hidden="true" />
          {title}
        </li>
      ))}
    </ul>
  );
}
