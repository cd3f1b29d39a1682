/** What the network looks like inside while it learns. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { GradientsCard } from "./gradients_card.tsx";
import { LayersCard } from "./layers_card.tsx";
import { PicturesCard } from "./pictures_card.tsx";

/** The view of the network. */
export function NetworkView({ model: { network, charts, address } }: { model: PageModel }): VNode {
  return (
    <>
      <GradientsCard network={network} settings={charts.settings} />
      <PicturesCard network={network} address={address} />
      <LayersCard network={network} />
    </>
  );
}
