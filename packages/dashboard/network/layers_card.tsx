/** What goes on inside the network. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import type { LayerRow } from "./layers.ts";
import type { NetworkModel } from "./network_model.ts";
import type { Spread } from "./spread.ts";
import { SpreadFigure } from "./spread_figure.tsx";

/** One row a layer: how fast it learns, how many neurons are stuck, and how its numbers are spread. */
export function LayersCard({ network }: { network: NetworkModel }): VNode {
  const { note, rows } = useLive(network.layers$).value;
  return (
    <section class="card layers" aria-labelledby="layers-title">
      <h2 id="layers-title">Layers</h2>
      <p class="note">{note}.</p>
      <ol>
        {rows.map((row, i) => <Layer key={i} row={row} position={i + 1} />)}
        {rows.length === 0 && <li>No run yet.</li>}
      </ol>
    </section>
  );
}

function Layer({ row, position }: { row: LayerRow; position: number }): VNode {
  const { name, size, gradient, state, spreads } = row;
  return (
    <li class="layer">
      <div class="layer-head">
        <p class="name">
          <span class="position">{position}</span> {name}
        </p>
        <p class="kind">{size}</p>
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
        <p class="kind state">{state}</p>
        <SpreadTable spreads={spreads} name={`Layer ${position}`} />
      </div>
      {spreads.map((spread) => (
        <SpreadFigure
          key={spread.label}
          spread={spread}
          owner={`layer ${position}`}
        />
      ))}
    </li>
  );
}

/** All bins of a layer; made only while it is open, as it is long and changes every second. */
function SpreadTable({ spreads, name }: { spreads: Spread[]; name: string }): VNode {
  const isOpen = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => isOpen.value = currentTarget.open}>
      <summary>As a table</summary>
      {isOpen.value && (
        <div class="scrolled bins" tabIndex={0} role="region" aria-label={`Histograms of ${name}`}>
          {spreads.map(({ label, bins }) => (
            <table key={label}>
              <thead>
                <tr>
                  <th scope="col">{label}</th>
                  <th scope="col" class="number">Count</th>
                </tr>
              </thead>
              <tbody>
                {bins.map(({ range, count }, bin) => (
                  <tr key={bin}>
                    <th scope="row">{range}</th>
                    <td class="number">{count}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
      )}
    </details>
  );
}
