/** A line chart: a title, a legend that tells the values, and the plot. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Observable } from "rxjs";
import type { ChartData } from "./chart_data.ts";
import type { ChartSpec } from "./chart_spec.ts";
import { mountPlot, type Plot, type Readout } from "./plot.ts";

interface ChartProps {
  spec: ChartSpec;
  /** The data for a plot of that many pixels. */
  data: (width$: Observable<number>) => Observable<ChartData>;
}

/** When the plot has the focus, left and right arrow, Home and End move its cursor, and the values are spoken. */
export function Chart({ spec, data }: ChartProps): VNode {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const readout = useSignal<Readout>({
    x: null,
    values: spec.series.map(() => null),
    isPresent: spec.series.map(() => false),
  });
  const spoken = useSignal("");
  useEffect(() => {
    const mounted = mountPlot(element.current!, { spec, data, readout });
    plot.current = mounted;
    return () => mounted[Symbol.dispose]();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!plot.current?.moveCursor(event.key)) return;
    event.preventDefault();
    spoken.value = inWords(spec, readout.value);
  };
  const titleId = `${spec.id}-title`;
  const isEmpty = !readout.value.isPresent.includes(true);
  return (
    <section class={`card chart chart-${spec.id}`} aria-labelledby={titleId}>
      <div class="chart-head">
        <h2 id={titleId}>
          {spec.title} <span class="unit">{spec.unit}</span>
        </h2>
        <Legend spec={spec} readout={readout} />
      </div>
      <div
        ref={element}
        class={isEmpty ? "plot is-empty" : "plot"}
        tabIndex={0}
        role="group"
        aria-roledescription="chart"
        aria-label={`${spec.title} ${spec.unit}; the arrow keys read its values`}
        onKeyDown={onKeyDown}
      />
      {isEmpty && <p class="plot-empty">{spec.empty}</p>}
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
    </section>
  );
}

function Legend({ spec, readout }: { spec: ChartSpec; readout: ReadonlySignal<Readout> }): VNode {
  const { x, values, isPresent } = readout.value;
  return (
    <div class="legend">
      <span class="legend-x">{x !== null && spec.xText(x)}</span>
      {spec.series.map(({ label, isQuiet }, index) =>
        isPresent[index] && (
          <span class="legend-item" key={label}>
            <span class={`swatch swatch-${spec.id}-${index}`} aria-hidden="true" />
            {label}
            {!(isQuiet && x === null) && <b>{spec.yText(values[index])}</b>}
          </span>
        )
      )}
    </div>
  );
}

function inWords(spec: ChartSpec, { x, values, isPresent }: Readout): string {
  const parts = spec.series.map(({ label }, index) => `${label} ${spec.yText(values[index])}`);
  return [x === null ? "" : spec.xText(x), ...parts.filter((_, index) => isPresent[index])].join(", ");
}
