/** What the model says of pictures: of all test samples, and of what a person draws. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { PageModel } from "../page/page_model.ts";
import { GalleryCard } from "./gallery_card.tsx";
import { MatrixCard } from "./matrix_card.tsx";
import { PadCard } from "./pad_card.tsx";

/** The view of the predictions. The page asks the model by itself, while this is shown. */
export function PredictionsView({ model: { predictions } }: { model: PageModel }): VNode {
  useEffect(() => predictions.show(), [predictions]);
  return (
    <>
      <MatrixCard predictions={predictions} />
      <GalleryCard predictions={predictions} />
      <PadCard predictions={predictions} />
    </>
  );
}
