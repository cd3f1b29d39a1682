/** A line chart: a title, a legend that tells the values, the plot, and the table behind it. */
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { NEVER, type Observable, of } from "rxjs";
import { ChartTable } from "./chart_table.tsx";
import type { ChartSettings } from "./chart_settings.ts";
import type { ChartSpec } from "./chart_spec.ts";
import type { Drawing } from "./drawing.ts";
import { Legend } from "./legend.tsx";
import type { Line } from "./line.ts";
import type { Mark } from "./marks.ts";
import { mountPlot, type Plot } from "./plot.ts";
import { emptyReadout, type Readout, readoutWords } from "./readout.ts";
import { savePicture } from "./save_picture.ts";
import { shownWords } from "./shown_words.ts";

interface ChartProps {
  spec: ChartSpec;
  /** As many lines as the chart has series, with all their points; must emit at once. Subscribed to while the chart is shown. */
  lines$: Observable<readonly Line[]>;
  /** What happened. */
  marks$?: Observable<readonly Mark[]>;
  /** Shared with the other charts of the view. */
  settings: ChartSettings;
}

const NO_MARKS: Observable<readonly Mark[]> = of([]);

/**
 * When the plot has the focus, left and right arrow, Home and End move the crosshair, + and - zoom, Shift with an arrow moves
 * the part that is seen, 0 shows all, m and M lead to the next and the last mark; the values are spoken. Another `spec` needs
 * another key.
 */
export function Chart({ spec, lines$ = NEVER, marks$ = NO_MARKS, settings }: ChartProps): VNode {
  const element = useRef<HTMLDivElement>(null);
  const section = useRef<HTMLElement>(null);
  const plot = useRef<Plot>(null);
  const readout = useSignal<Readout>(emptyReadout(spec));
  const drawing = useSignal<Drawing | null>(null);
  const spoken = useSignal("");
  const isLog =
    useComputed(() => spec.scale === "log" || (spec.scale === "either" && settings.isOn("log", spec.id)))
      .value;
  const hasTable = useComputed(() => settings.isOn("table", spec.id)).value;
  useEffect(() => {
    const mounted = mountPlot(element.current!, { spec, lines$, marks$, settings, isLog, readout, drawing });
    plot.current = mounted;
    return () => mounted[Symbol.dispose]();
  }, [isLog]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!plot.current?.press(event.key, event.shiftKey)) return;
    event.preventDefault();
    spoken.value = readoutWords(spec, readout.value);
  };
  const titleId = `${spec.id}-title`;
  return (
    <section ref={section} class={`card chart chart-${spec.id}`} aria-labelledby={titleId}>
      <div class="chart-head">
        <h2 id={titleId}>
          {spec.title} <span class="unit">{spec.unit}</span>
        </h2>
        <div class="chart-buttons" role="group" aria-label={`${spec.title}: how it is shown`}>
          {spec.scale === "either" && (
            <button
              type="button"
              class="button"
              aria-pressed={isLog}
              onClick={() => settings.toggle("log", spec.id)}
            >
              Log
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-expanded={hasTable}
            onClick={() => settings.toggle("table", spec.id)}
          >
            Table
          </button>
          {(["png", "svg"] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              class="button"
              title={`Save the chart as a picture of ${kind === "png" ? "pixels" : "lines"}`}
              onClick={() =>
                plot.current && savePicture(kind, { plot: plot.current, spec, readout: readout.value })}
            >
              {kind.toUpperCase()}
            </button>
          ))}
        </div>
        <Legend spec={spec} readout={readout} />
      </div>
      <PlotPlace place={element} spec={spec} readout={readout} onKeyDown={onKeyDown} />
      <Foot drawing={drawing} readout={readout} />
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
      {hasTable && <ChartTable spec={spec} drawing={drawing} />}
    </section>
  );
}

/** How many points are seen, and what happened at the crosshair. */
function Foot(
  { drawing, readout }: { drawing: ReadonlySignal<Drawing | null>; readout: ReadonlySignal<Readout> },
): VNode {
  return (
    <p class="chart-foot">
      <span class="shown">{drawing.value && shownWords(drawing.value)}</span>
      <span class="happened">{readout.value.happened}</span>
    </p>
  );
}

interface PlotPlaceProps {
  place: { current: HTMLDivElement | null };
  spec: ChartSpec;
  readout: ReadonlySignal<Readout>;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** The plot itself, or a word on why there is none yet. */
function PlotPlace({ place, spec, readout, onKeyDown }: PlotPlaceProps): VNode {
  const isEmpty = useComputed(() => !readout.value.isPresent.includes(true)).value;
  return (
    <div class="plot-place">
      <div
        ref={place}
        class={isEmpty ? "plot is-empty" : "plot"}
        tabIndex={0}
        role="group"
        aria-roledescription="chart"
        aria-label={`${spec.title} ${spec.unit}; the arrow keys read its values, plus and minus zoom, m leads to what happened`}
        onKeyDown={onKeyDown}
      />
      {isEmpty && <p class="plot-empty">{spec.empty}</p>}
    </div>
  );
}
