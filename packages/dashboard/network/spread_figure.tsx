/** A histogram that can be pointed at, and read by keys. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Spread } from "./spread.ts";

/** With the focus, left and right arrow, Home and End choose a bin, and what is in it is spoken. */
export function SpreadFigure({ spread, owner }: { spread: Spread; owner: string }): VNode {
  const { label, bins, range, marks, tallest } = spread;
  const chosen = useSignal<number | null>(null);
  const spoken = useSignal("");
  const bin = chosen.value === null ? undefined : bins[chosen.value];
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const at = Math.floor((event.clientX - left) / width * bins.length);
    chosen.value = bins.length === 0 ? null : Math.max(0, Math.min(bins.length - 1, at));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(event.key, chosen.value, bins.length);
    if (next === null) return;
    event.preventDefault();
    chosen.value = next;
    spoken.value = inWords(bins[next]);
  };
  return (
    <figure class={`spread spread-${label}`}>
      <figcaption>
        <span class="spread-tallest" aria-hidden="true">{tallest && `highest ${tallest}`}</span>
        {label} <span class="spread-range">{bin ? inWords(bin) : range}</span>
      </figcaption>
      <div
        class="spread-plot"
        tabIndex={0}
        role="group"
        aria-roledescription="histogram"
        aria-label={`${label} of ${owner}; the arrow keys read its bins`}
        onPointerMove={point}
        onPointerLeave={() => chosen.value = null}
        onBlur={() => chosen.value = null}
        onKeyDown={onKeyDown}
      >
        <svg viewBox={`0 0 ${Math.max(1, bins.length)} 1`} preserveAspectRatio="none" aria-hidden="true">
          {bin && <path class="chosen" d={`M${chosen.value} 1v-1h1v1z`} />}
          <path d={bins.map(({ height }, i) => `M${i} 1v${-height}h1V1z`).join("")} />
        </svg>
      </div>
      <div class="spread-axis" aria-hidden="true">
        {marks.map(({ at, text }) => (
          <span key={at} style={{ left: `${100 * at}%`, transform: `translateX(${-100 * at}%)` }}>
            {text}
          </span>
        ))}
      </div>
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
    </figure>
  );
}

function inWords({ range, count, share }: Spread["bins"][number]): string {
  return `${range}: ${count} (${share})`;
}

/** The bin that a key leads to; null if it means nothing here. */
function moved(key: string, from: number | null, bins: number): number | null {
  const last = bins - 1;
  const now = from ?? -1;
  const targets: Record<string, number> = {
    ArrowLeft: from === null ? last : now - 1,
    ArrowRight: now + 1,
    Home: 0,
    End: last,
  };
  return key in targets && last >= 0 ? Math.max(0, Math.min(last, targets[key])) : null;
}
