/** Which line is which, and the values at the crosshair. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import type { Readout } from "./readout.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";

/** Only of series that have a value. */
export function Legend({ spec, readout }: { spec: ChartSpec; readout: ReadonlySignal<Readout> }): VNode {
  const { axis, x, values, isPresent } = readout.value;
  return (
    <div class="legend">
      <span class="legend-x">{x !== null && X_AXIS_WORDS[axis].place(x)}</span>
      {drawnSeries(spec).map(({ label, color, isQuiet }, index) =>
        isPresent[index] && (
          <span class="legend-item" key={index}>
            <span class="swatch" style={{ background: `var(${color})` }} aria-hidden="true" />
            {label}
            {!(isQuiet && x === null) && <b>{spec.yText(values[index])}</b>}
          </span>
        )
      )}
    </div>
  );
}
