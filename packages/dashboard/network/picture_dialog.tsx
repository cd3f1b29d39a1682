/** One picture of weights, large, with each weight to be read. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { gridKey } from "../page/grid_keys.ts";
import type { Picture, PicturesView } from "./pictures.ts";
import { WeightsCanvas } from "./weights_canvas.tsx";
import { WeightsScale } from "./weights_scale.tsx";

interface PictureDialogProps {
  view: PicturesView;
  /** Opens another picture, or none. */
  onOpen: (index: number | null) => void;
}

/** Open while a picture is; Escape closes it. */
export function PictureDialog({ view, onOpen }: PictureDialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const { opened, count } = view;
  const isOpen = opened !== null;
  useEffect(() => {
    if (isOpen && !dialog.current!.open) dialog.current!.showModal();
    if (!isOpen) dialog.current!.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      class="picture-dialog"
      aria-labelledby="picture-title"
      onClose={() => onOpen(null)}
    >
      <div class="picture-head">
        <h2 id="picture-title">{opened?.label}</h2>
        <button type="button" class="button" onClick={() => onOpen(null)}>Close</button>
      </div>
      {opened && <LargePicture key={opened.index} picture={opened} />}
      <div class="pages">
        <button
          type="button"
          class="button"
          disabled={!opened || opened.index === 0}
          onClick={() => onOpen(opened!.index - 1)}
        >
          Previous
        </button>
        <span>{opened && `${opened.index + 1} of ${count}`}</span>
        <button
          type="button"
          class="button"
          disabled={!opened || opened.index === count - 1}
          onClick={() => onOpen(opened!.index + 1)}
        >
          Next
        </button>
      </div>
    </dialog>
  );
}

/** On a scale of its own. With the focus, the arrow keys, Home and End choose a weight, and it is spoken. */
function LargePicture({ picture }: { picture: Picture }): VNode {
  const { width, height, weights, range, scale, label } = picture;
  const chosen = useSignal<number | null>(null);
  const spoken = useSignal("");
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / box.width * width);
    const row = Math.floor((event.clientY - box.top) / box.height * height);
    const isInside = column >= 0 && column < width && row >= 0 && row < height;
    chosen.value = isInside ? row * width + column : null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = gridKey(event.key, chosen.value ?? 0, { width, height });
    if (next === null) return;
    event.preventDefault();
    chosen.value = next;
    spoken.value = inWords(picture, next);
  };
  return (
    <>
      <p class="note">{weights ? `Weights from ${range}` : "Asking for the weights."}</p>
      <WeightsScale scale={scale} />
      <div
        class="large-picture"
        tabIndex={0}
        role="group"
        aria-roledescription="picture"
        aria-label={`${label}, ${width} by ${height} weights; the arrow keys read them`}
        onPointerMove={point}
        onPointerLeave={() => chosen.value = null}
        onKeyDown={onKeyDown}
      >
        <WeightsCanvas width={width} height={height} weights={weights} scale={scale} />
        {chosen.value !== null && (
          <span
            class="chosen-weight"
            style={{
              left: `${100 * (chosen.value % width) / width}%`,
              top: `${100 * Math.floor(chosen.value / width) / height}%`,
              width: `${100 / width}%`,
              height: `${100 / height}%`,
            }}
          />
        )}
      </div>
      <p class="readout">{chosen.value === null ? "" : inWords(picture, chosen.value)}</p>
      <p class="visually-hidden" aria-live="polite">{spoken}</p>
    </>
  );
}

function inWords({ width, weights }: Picture, index: number): string {
  const place = `Row ${Math.floor(index / width) + 1}, column ${index % width + 1}`;
  return weights ? `${place}: ${Number(weights[index].toPrecision(4))}` : place;
}
