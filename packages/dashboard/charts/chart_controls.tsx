/** How all charts of a view are looked at: by which axis, how smooth, and which part. */
import type { VNode } from "preact";
import { formatCount } from "../words/words.ts";
import { type ChartSettings, WINDOW_MAX } from "./chart_settings.ts";
import { X_AXES } from "./line.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";
import { zoomBy } from "./zoom.ts";

/** A window for each place of the slider: each about a quarter more than the one before. */
const WINDOWS = [
  1,
  ...Array.from({ length: 40 }, (_, i) => Math.round(2 * 10 ** (i / 10))).filter((window, i, all) =>
    window !== all[i - 1] && window <= WINDOW_MAX
  ),
];

/** Stands above the charts. */
export function ChartControls({ settings }: { settings: ChartSettings }): VNode {
  return (
    <section class="card chart-controls" aria-label="Charts">
      <AxisChoice settings={settings} />
      <Smoothness settings={settings} />
      <ZoomButtons settings={settings} />
    </section>
  );
}

function AxisChoice({ settings }: { settings: ChartSettings }): VNode {
  return (
    <fieldset class="choice">
      <legend>Over</legend>
      {X_AXES.map((axis) => (
        <label key={axis}>
          <input
            type="radio"
            name="x-axis"
            checked={settings.axis.value === axis}
            onChange={() => settings.setAxis(axis)}
          />
          <span>{X_AXIS_WORDS[axis].name}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Smoothness({ settings }: { settings: ChartSettings }): VNode {
  const window = settings.window.value;
  const place = WINDOWS.findIndex((wider) => wider >= window);
  const text = window === 1 ? "no smoothing" : `mean of about ${formatCount(window)} steps`;
  return (
    <label class="smoothness">
      Smoothing
      <input
        type="range"
        min={0}
        max={WINDOWS.length - 1}
        value={place < 0 ? WINDOWS.length - 1 : place}
        aria-valuetext={text}
        onInput={(event) => settings.setWindow(WINDOWS[Number(event.currentTarget.value)])}
      />
      <span class="smoothness-text" aria-hidden="true">{text}</span>
    </label>
  );
}

function ZoomButtons({ settings }: { settings: ChartSettings }): VNode {
  const zoom = (factor: number) => {
    const shown = settings.shown.value;
    if (shown === null) return;
    const { range, whole } = shown;
    // What goes on to the last point is looked at from there.
    const isOpen = settings.zoom.value === null || settings.zoom.value.to === null;
    const at = settings.crosshair.value ?? (isOpen ? range[1] : (range[0] + range[1]) / 2);
    settings.setZoom(zoomBy(factor, { range, whole, at }), "push");
  };
  const isWhole = settings.zoom.value === null;
  return (
    <div class="zoom-buttons" role="group" aria-label="Zoom">
      <button type="button" class="button" aria-label="Zoom in" onClick={() => zoom(0.5)}>+</button>
      <button type="button" class="button" aria-label="Zoom out" disabled={isWhole} onClick={() => zoom(2)}>
        −
      </button>
      <button type="button" class="button" disabled={isWhole} onClick={() => settings.setZoom(null, "push")}>
        Whole run
      </button>
    </div>
  );
}
