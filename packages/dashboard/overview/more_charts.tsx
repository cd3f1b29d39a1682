/** Charts that not everybody needs: small ones, drawn while they are shown. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { Chart } from "../charts/chart.tsx";
import type { PageModel } from "../page/page_model.ts";
import { useLive } from "../run/use_live.ts";
import { DURATION_CHART, normChart } from "./chart_specs.ts";

/** The address keeps whether they are shown, as `more=1`. */
export function MoreCharts({ model: { address, charts } }: { model: PageModel }): VNode {
  const isOpen = address.params.value.get("more") === "1";
  return (
    <details
      class="more-charts"
      open={isOpen}
      onToggle={(event) => address.set({ more: event.currentTarget.open ? "1" : null })}
    >
      <summary>More charts: time per step, and the gradient of each layer</summary>
      {isOpen && <SmallCharts charts={charts} />}
    </details>
  );
}

function SmallCharts({ charts }: Pick<PageModel, "charts">): VNode {
  const { settings, marks$, duration$ } = charts;
  const layers = useLive(charts.layers$).value;
  return (
    <div class="small-charts">
      <Chart spec={DURATION_CHART} lines$={duration$} marks$={marks$} settings={settings} />
      {layers.map((layer) => <NormChart key={layer} layer={layer} charts={charts} />)}
    </div>
  );
}

function NormChart({ layer, charts }: { layer: number } & Pick<PageModel, "charts">): VNode {
  const spec = useMemo(() => normChart(layer), [layer]);
  const lines$ = useMemo(() => charts.norm$(layer), [layer]);
  return <Chart spec={spec} lines$={lines$} marks$={charts.marks$} settings={charts.settings} />;
}
