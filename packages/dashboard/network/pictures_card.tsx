/** Weights as pictures, a page at a time; each can be opened. */
import type { VNode } from "preact";
import type { Address } from "../page/address.ts";
import { useLive } from "../run/use_live.ts";
import type { NetworkModel } from "./network_model.ts";
import { PictureDialog } from "./picture_dialog.tsx";
import { type Picture, PICTURES_PARAMS, type PicturesView } from "./pictures.ts";
import { WeightsScale } from "./weights_scale.tsx";
import { WeightsCanvas } from "./weights_canvas.tsx";

const { tensor, page, opened } = PICTURES_PARAMS;

/** Blue weights are negative, red ones positive, on one scale for the whole layer. */
export function PicturesCard({ network, address }: { network: NetworkModel; address: Address }): VNode {
  const view = useLive(network.pictures$).value;
  const open = (index: number | null) => address.set({ [opened]: index === null ? null : String(index + 1) });
  return (
    <section class="card pictures" aria-labelledby="pictures-title">
      <div class="pictures-head">
        <h2 id="pictures-title">Weights as pictures</h2>
        {view.choices.length > 1 && (
          <select
            aria-label="Layer"
            value={view.chosen ?? ""}
            onChange={({ currentTarget: { value } }) =>
              address.set({ [tensor]: value, [page]: null, [opened]: null })}
          >
            {view.choices.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}
          </select>
        )}
        {view.choices.length === 1 && <span class="unit">{view.choices[0].label}</span>}
      </div>
      <p class="note">{view.note}</p>
      <WeightsScale scale={view.scale} />
      <ul class={view.pictures[0]?.width > 12 ? "picture-grid is-large" : "picture-grid"}>
        {view.pictures.map((picture) => (
          <li key={picture.index}>
            <PictureButton picture={picture} scale={view.scale} onOpen={() => open(picture.index)} />
          </li>
        ))}
      </ul>
      <Pages view={view} onPage={(number) => address.set({ [page]: number === 1 ? null : String(number) })} />
      <PictureDialog view={view} onOpen={open} />
    </section>
  );
}

function PictureButton(
  { picture, scale, onOpen }: { picture: Picture; scale: number | null; onOpen: () => void },
): VNode {
  const { label, range, width, height, weights } = picture;
  return (
    <button
      type="button"
      class="unit-picture"
      aria-label={range ? `${label}: ${range}` : label}
      title={label}
      onClick={onOpen}
    >
      <WeightsCanvas width={width} height={height} weights={weights} scale={scale} />
    </button>
  );
}

function Pages({ view, onPage }: { view: PicturesView; onPage: (page: number) => void }): VNode | null {
  const { page, pages, pageLabel, pictures } = view;
  if (pictures.length === 0) return null;
  return (
    <div class="pages">
      <button type="button" class="button" disabled={page === 1} onClick={() => onPage(page - 1)}>
        Previous
      </button>
      <span aria-live="polite">{pageLabel}</span>
      <button type="button" class="button" disabled={page === pages} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </div>
  );
}
