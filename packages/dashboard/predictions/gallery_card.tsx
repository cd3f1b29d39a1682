/** The samples behind a cell of the matrix, or the worst mistakes. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import { formatLoss, plural } from "../words/words.ts";
import { outputKind, outputText } from "./answer_view.ts";
import { cellName, type Gallery, type GalleryItem } from "./gallery.ts";
import { Picture } from "./picture.tsx";
import type { PredictionsModel } from "./predictions_model.ts";
import { pictureSize, sampleOf } from "./samples.ts";

/** In pages, the largest loss first. A sample that is chosen is asked about on the pad. */
export function GalleryCard({ predictions }: { predictions: PredictionsModel }): VNode {
  const gallery = useLive(predictions.gallery$).value;
  const facts = useLive(predictions.facts$).value;
  const { items, samples, cell, page, pages } = gallery;
  const kind = facts === null ? "number" : outputKind(facts.run);
  // A look may change the number of pages; only what a person turned to is spoken.
  const spoken = useSignal("");
  const turn = (to: number) => {
    predictions.address.set({ page: to === 1 ? null : String(to) });
    spoken.value = `Page ${to} of ${pages}`;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || cell === null) return;
    document.querySelector<HTMLElement>(`[data-cell="${cellName(cell)}"]`)?.focus();
  };
  const pick = ({ sample }: GalleryItem) => {
    predictions.act({ type: "pick", sample });
    document.getElementById("pad-title")?.scrollIntoView({ block: "nearest" });
    document.getElementById("pad")?.focus();
  };
  const isPictures = samples !== null && pictureSize(samples.shape) !== null;
  return (
    <section class="card gallery-card" aria-labelledby="gallery-title" onKeyDown={onKeyDown}>
      <div class="card-head">
        <h2 id="gallery-title" tabIndex={-1}>{titleOf(gallery)}</h2>
        {cell !== null && (
          <button
            type="button"
            class="button"
            onClick={() => predictions.address.set({ cell: null, page: null })}
          >
            All mistakes
          </button>
        )}
      </div>
      <p class="note">{noteOf(gallery)}</p>
      <ul class={isPictures ? "samples" : "samples is-rows"}>
        {items.map((item) => (
          <li key={item.sample}>
            <button type="button" class="sample" onClick={() => pick(item)}>
              <Picture input={sampleOf(samples!, item.sample)} shape={samples!.shape} />
              <span class="sample-answer">
                {item.label} as {item.answer}
              </span>
              <span class="sample-output">
                {outputText(item.confidence, kind)}
                <span class="visually-hidden">{`, loss ${formatLoss(item.loss)}`}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="pages">
        <button
          type="button"
          class="button"
          aria-disabled={page <= 1}
          onClick={() => page > 1 && turn(page - 1)}
        >
          Previous
        </button>
        <span>{`Page ${page} of ${pages}`}</span>
        <button
          type="button"
          class="button"
          aria-disabled={page >= pages}
          onClick={() => page < pages && turn(page + 1)}
        >
          Next
        </button>
      </div>
      <p class="visually-hidden" role="status">{spoken}</p>
    </section>
  );
}

function titleOf({ cell, samples, total }: Gallery): string {
  if (samples === null || cell === null) return "Worst mistakes";
  const how = cell.label === cell.answer ? "correctly" : `as ${cell.answer}`;
  return `${plural(total, "sample")} of ${cell.label}, answered ${how}`;
}

function noteOf({ cell, samples, total }: Gallery): string {
  if (samples === null) return "They are here when the model has been asked.";
  if (total === 0) return cell === null ? "There is no mistake." : "There is no such sample.";
  const what = cell === null
    ? `${plural(total, "mistake")}, the largest loss first`
    : "The largest loss first";
  return `${what}: label, answer, and the answer's output. Choose one to ask about it below.`;
}
