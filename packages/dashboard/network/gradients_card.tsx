/** The chart of the gradients' norms, what it says, and its table. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { Chart } from "../charts/chart.tsx";
import type { ChartSettings } from "../charts/chart_settings.ts";
import { useLive } from "../run/use_live.ts";
import { gradientSpec } from "./gradients.ts";
import type { NetworkModel } from "./network_model.ts";

/** One curve a layer. */
export function GradientsCard(
  { network, settings }: { network: NetworkModel; settings: ChartSettings },
): VNode {
  const { curves, note, verdict, rows } = useLive(network.gradients$).value;
  const names = curves.join();
  const spec = useMemo(() => gradientSpec(curves), [names]);
  return (
    <div class="card gradients">
      <Chart key={names} spec={spec} lines$={network.gradientLines$} settings={settings} />
      <div class="gradients-foot">
        <p class="verdict">{[verdict, note].filter(Boolean).join(" ")}</p>
        <details>
          <summary>As a table</summary>
          <div class="scrolled" tabIndex={0} role="region" aria-label="Norms of the gradients">
            <table>
              <thead>
                <tr>
                  <th scope="col">Norm of the gradient</th>
                  <th scope="col" class="number">First</th>
                  <th scope="col" class="number">Now</th>
                  <th scope="col" class="number">To the last layer's</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ layer, first, last, ratio }) => (
                  <tr key={layer}>
                    <th scope="row">{layer}</th>
                    <td class="number">{first}</td>
                    <td class="number">{last}</td>
                    <td class="number">{ratio}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </div>
    </div>
  );
}
