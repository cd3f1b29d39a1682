/** What the model says of pictures: of all test samples, and of what a person draws. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { PageModel } from "../page/page_model.ts";
import { GalleryCard } from "./gallery_card.tsx";
import { MatrixCard } from "./matrix_card.tsx";
import { PadCard } from "./pad_card.tsx";
import type { PredictionsModel } from "./predictions_model.ts";

/** The view of the predictions: of the live run, as the history keeps no parameters. */
export function PredictionsView({ model }: { model: PageModel }): VNode {
  const { kind } = model.runs.shown.value;
  if (kind === "live") return <LivePredictions predictions={model.predictions} />;
  return (
    <section class="card predictions-none" aria-labelledby="predictions-title">
      <h2 id="predictions-title">Predictions</h2>
      <p>
        {kind === "recorded"
          ? "The history keeps no parameters, so only the model of a live run can be asked here."
          : "No run is going, so there is no model to ask."}
      </p>
      {model.status.value.savedTo !== null && (
        <p>
          <code>deno task evaluate {model.status.value.savedTo}</code> shows this one in a terminal.
        </p>
      )}
    </section>
  );
}

/** The page asks the model by itself, while this is shown. */
function LivePredictions({ predictions }: { predictions: PredictionsModel }): VNode {
  useEffect(() => predictions.show(), [predictions]);
  return (
    <>
      <MatrixCard predictions={predictions} />
      <GalleryCard predictions={predictions} />
      <PadCard predictions={predictions} />
    </>
  );
}
