/** The curve of a function, those of two networks, and the steps of hidden neurons below. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Approximation } from "./approximation.ts";
import { type CurveView, pointWords } from "./curve.ts";

/** Keys move by so many points: 40 presses from end to end. */
const KEY_POINTS = 10;

/** With the focus, left and right arrow, Home and End move along x, and the values are spoken. */
export function CurveFigure(
  { view, approximation }: { view: CurveView; approximation: Approximation },
): VNode {
  const { target, construction, fit, xMarks, yMarks, steps, stepScale, outside, points } = view;
  const chosen = useSignal<number | null>(null);
  const spoken = useSignal("");
  const last = points - 1;
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    chosen.value = Math.max(0, Math.min(last, Math.floor((event.clientX - left) / width * points)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = chosen.value ?? 0;
    const targets: Record<string, number> = {
      ArrowLeft: now - KEY_POINTS,
      ArrowRight: now + KEY_POINTS,
      Home: 0,
      End: last,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    chosen.value = Math.max(0, Math.min(last, targets[event.key]));
    spoken.value = pointWords(approximation, chosen.value);
  };
  const index = chosen.value === null ? null : Math.min(last, chosen.value);
  return (
    <figure class="curve">
      <figcaption>
        <ul class="legend">
          <li class="legend-item is-target">function</li>
          <li class="legend-item is-construction">by hand</li>
          <li class="legend-item is-fit">learnt</li>
        </ul>
        <p class="readout">{index === null ? "" : pointWords(approximation, index)}</p>
      </figcaption>
      <div class="curve-box">
        {yMarks.map(({ at, text }) => (
          <span key={text} class="y-mark" style={{ top: `${100 * at}%` }} aria-hidden="true">{text}</span>
        ))}
        <div
          class="curve-plot"
          tabIndex={0}
          role="group"
          aria-roledescription="chart"
          aria-label="The function and the networks; the arrow keys read their values"
          onPointerMove={point}
          onPointerLeave={() => chosen.value = null}
          onBlur={() => chosen.value = null}
          onKeyDown={onKeyDown}
        >
          <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {yMarks.map(({ at, text }) => <path key={text} class="grid-line" d={`M0 ${at}H1`} />)}
            <path class="is-target" d={target} />
            <path class="is-construction" d={construction} />
            <path class="is-fit" d={fit} />
            {index !== null && <path class="cursor" d={`M${(index + 0.5) / points} 0V1`} />}
          </svg>
        </div>
      </div>
      <p class="steps-title">
        Steps of the hidden neurons{stepScale && `, up to ${stepScale} high`}
        {outside > 0 && `; ${outside} more outside`}
      </p>
      <div class="curve-box is-steps">
        <svg viewBox="0 -1 1 2" preserveAspectRatio="none" aria-hidden="true">
          <path class="grid-line" d="M0 0H1" />
          <path
            class="step"
            d={steps.map(({ at, height }) => `M${at.toFixed(4)} 0v${(-height).toFixed(4)}`).join("")}
          />
        </svg>
        {xMarks.map(({ at, text }) => (
          <span
            key={at}
            class="x-mark"
            style={{ left: `${100 * at}%`, transform: `translateX(${-100 * at}%)` }}
            aria-hidden="true"
          >
            {text}
          </span>
        ))}
      </div>
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
    </figure>
  );
}
