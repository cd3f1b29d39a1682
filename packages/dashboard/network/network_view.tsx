/** What the network looks like inside while it learns. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { GradientsCard } from "./gradients_card.tsx";
import { LayersCard } from "./layers_card.tsx";

/** The view of the network. */
export function NetworkView({ model: { network, charts } }: { model: PageModel }): VNode {
  return (
    <>
      <GradientsCard network={network} settings={charts.settings} />
      <LayersCard network={network} />
    </>
  );
}
