/** A sample as a person can see it. */
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { pictureSize } from "./samples.ts";

interface PictureProps {
  /** As in a data set: bytes, or numbers from 0 to 1. */
  input: Uint8Array | Float32Array;
  shape: readonly number[];
  /** For screen readers; without one, what is beside it says enough. */
  label?: string;
}

/** Numbers of a row that are shown. */
const NUMBERS_MAX = 8;

/** White ink on black, as the network sees it; a row of a table as numbers. */
export function Picture({ input, shape, label }: PictureProps): VNode {
  const size = pictureSize(shape);
  return size === null
    ? <span class="sample-row">{numbersOf(input)}</span>
    : <Pixels input={input} {...size} label={label} />;
}

function Pixels(
  { input, width, height, label }: { width: number; height: number } & Pick<PictureProps, "input" | "label">,
): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const image = new ImageData(width, height);
    const scale = input instanceof Uint8Array ? 1 : 255;
    input.forEach((value, i) => image.data.set([scale * value, scale * value, scale * value, 255], 4 * i));
    canvas.current!.getContext("2d")!.putImageData(image, 0, 0);
  }, [input, width, height]);
  return (
    <canvas
      ref={canvas}
      class="picture"
      width={width}
      height={height}
      {...label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label }}
    />
  );
}

function numbersOf(input: Uint8Array | Float32Array): string {
  const shown = Array.from(input.subarray(0, NUMBERS_MAX), (value) => String(Number(value.toPrecision(3))));
  return shown.join(", ") + (input.length > NUMBERS_MAX ? ` … (${input.length} numbers)` : "");
}
