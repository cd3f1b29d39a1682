/** Maps of a function of two variables, of two networks, and of what is still wrong. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { paintRange } from "../network/paint.ts";
import { WeightsCanvas } from "../network/weights_canvas.tsx";
import { gridKey } from "../page/grid_keys.ts";
import type { Approximation } from "./approximation.ts";
import { pointWords } from "./curve.ts";
import type { SurfaceView } from "./surface.ts";

/** With the focus, the arrow keys, Home and End choose a point, and its values are spoken. */
export function SurfaceFigure(
  { view, approximation }: { view: SurfaceView; approximation: Approximation },
): VNode {
  const { side, target, construction, fit, difference, differenceScale, lines, low, high } = view;
  /** As the events count them: from below. */
  const chosen = useSignal<number | null>(null);
  const spoken = useSignal("");
  const onPoint = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = (share: number) => Math.max(0, Math.min(side - 1, Math.floor(share * side)));
    const x = place((event.clientX - box.left) / box.width);
    const y = place(1 - (event.clientY - box.top) / box.height);
    chosen.value = y * side + x;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = gridKey(event.key, chosen.value ?? 0, { width: side, height: side, upwards: true });
    if (next === null) return;
    event.preventDefault();
    chosen.value = next;
    spoken.value = pointWords(approximation, next);
  };
  const map = { side, chosen: chosen.value, onPoint, onLeave: () => chosen.value = null };
  return (
    <figure class="surface">
      <figcaption>
        <p class="readout">{chosen.value === null ? "" : pointWords(approximation, chosen.value)}</p>
      </figcaption>
      <div
        class="maps"
        tabIndex={0}
        role="group"
        aria-roledescription="maps"
        aria-label="The function and the networks over x and y; the arrow keys read their values"
        onKeyDown={onKeyDown}
        onBlur={() => chosen.value = null}
      >
        <Map {...map} label="function">
          <RangeCanvas values={target} side={side} low={low} high={high} />
        </Map>
        <Map {...map} label="by hand">
          <RangeCanvas values={construction} side={side} low={low} high={high} />
        </Map>
        <Map {...map} label="learnt, with its steps">
          <RangeCanvas values={fit} side={side} low={low} high={high} />
          <svg viewBox="0 0 1 1" aria-hidden="true">
            {lines.map(({ x1, y1, x2, y2, height }, i) => (
              <line key={i} x1={x1} y1={y1} x2={x2} y2={y2} opacity={0.15 + 0.85 * height} />
            ))}
          </svg>
        </Map>
        <Map {...map} label="learnt less function">
          <WeightsCanvas width={side} height={side} weights={difference} scale={differenceScale} />
        </Map>
      </div>
      <div class="map-scales">
        <p class="scale">
          <span>{view.lowText}</span>
          <span class="scale-bar is-range" aria-hidden="true" />
          <span>{view.highText}</span>
        </p>
        <p class="scale">
          <span>-{view.differenceText}</span>
          <span class="scale-bar" aria-hidden="true" />
          <span>{view.differenceText}</span>
        </p>
        <p class="scale">x to the right and y upwards, from {view.from} to {view.to}</p>
      </div>
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
    </figure>
  );
}

interface MapProps {
  label: string;
  side: number;
  chosen: number | null;
  onPoint: (event: PointerEvent) => void;
  onLeave: () => void;
  children: ComponentChildren;
}

function Map({ label, side, chosen, onPoint, onLeave, children }: MapProps): VNode {
  return (
    <div class="map">
      <p>{label}</p>
      <div class="map-box" onPointerMove={onPoint} onPointerLeave={onLeave}>
        {children}
        {chosen !== null && (
          <span
            class="chosen-weight"
            style={{
              left: `${100 * (chosen % side) / side}%`,
              bottom: `${100 * Math.floor(chosen / side) / side}%`,
              width: `${100 / side}%`,
              height: `${100 / side}%`,
            }}
          />
        )}
      </div>
    </div>
  );
}

function RangeCanvas(
  { values, side, low, high }: { values: number[] | null; side: number; low: number; high: number },
): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (values === null) return;
    const context = canvas.current!.getContext("2d")!;
    context.putImageData(new ImageData(paintRange(values, low, high), side, side), 0, 0);
  }, [values, side, low, high]);
  return <canvas ref={canvas} class="weights" width={side} height={side} aria-hidden="true" />;
}
