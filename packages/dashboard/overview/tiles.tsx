/** The four numbers that matter most. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Tile } from "./tiles.ts";

/** Label, number, remark. */
export function Tiles({ tiles }: { tiles: ReadonlySignal<Tile[]> }): VNode {
  return (
    <dl class="tiles">
      {tiles.value.map(({ label, value, note }, index) => (
        <div class="card tile" key={index}>
          <dt>{label}</dt>
          <dd class="value">{value}</dd>
          <dd class="note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
