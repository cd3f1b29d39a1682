/** What goes on inside the network. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import type { LayerRow, LayersView, Spread } from "./layers.ts";

/** One row a layer: how fast it learns, how many neurons are stuck, and how its numbers are spread. */
export function LayersCard({ layers }: { layers: ReadonlySignal<LayersView> }): VNode {
  const { note, rows } = layers.value;
  return (
    <section class="card layers" aria-labelledby="layers-title">
      <h2 id="layers-title">Layers</h2>
      <p class="note">{note}.</p>
      <ol>
        {rows.map((row, i) => <Layer key={i} row={row} />)}
        {rows.length === 0 && <li>No run yet.</li>}
      </ol>
    </section>
  );
}

function Layer({ row: { name, gradient, state, spreads } }: { row: LayerRow }): VNode {
  return (
    <li class="layer">
      <div class="layer-name">
        <span class="name">{name}</span>
        <span class="kind">{state}</span>
      </div>
      {gradient && (
        <div class="gradient">
          <span>
            Gradient <b>{gradient.weights}</b> weights, <b>{gradient.biases}</b> biases
          </span>
          <span class="norm-bar" aria-hidden="true">
            <span style={{ transform: `scaleX(${gradient.bar})` }} />
          </span>
        </div>
      )}
      {spreads.map((spread) => <SpreadFigure key={spread.label} spread={spread} />)}
    </li>
  );
}

/** Bars of the bins, in a box of as many units as there are bins. */
function SpreadFigure({ spread: { label, bars, range } }: { spread: Spread }): VNode {
  return (
    <figure class={`spread spread-${label}`}>
      <svg viewBox={`0 0 ${Math.max(1, bars.length)} 1`} preserveAspectRatio="none" aria-hidden="true">
        <path d={bars.map((height, i) => `M${i} 1v${-height}h1V1z`).join("")} />
      </svg>
      <figcaption>
        {label} <span>{range}</span>
      </figcaption>
    </figure>
  );
}
