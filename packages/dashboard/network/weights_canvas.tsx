/** Numbers drawn as one picture, a pixel a number; the style sheet makes the pixels as large as there is room. */
import type { ReadonlySignal } from "@preact/signals";
import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { paint, themeColours } from "./paint.ts";

interface WeightsCanvasProps {
  width: number;
  height: number;
  /** Row by row; null draws nothing. */
  weights: ArrayLike<number> | null;
  /** The size of a number that has the full colour. */
  scale: number | null;
}

/** Drawn anew when the numbers, the scale or the theme change. For eyes only: whoever uses it says in words what it shows. */
export function WeightsCanvas({ width, height, weights, scale }: WeightsCanvasProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = theme().value;
  useEffect(() => {
    if (weights === null || scale === null) return;
    const context = canvas.current!.getContext("2d")!;
    context.putImageData(new ImageData(paint(weights, scale, themeColours()), width, height), 0, 0);
  }, [weights, scale, width, height, isDark]);
  return <canvas ref={canvas} class="weights" width={width} height={height} aria-hidden="true" />;
}

let isDark: ReadonlySignal<boolean> | null = null;

/** Whether the theme is the dark one. */
function theme(): ReadonlySignal<boolean> {
  if (isDark === null) {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const followed = signal(query.matches);
    query.addEventListener("change", () => followed.value = query.matches);
    isDark = followed;
  }
  return isDark;
}
