/** What the network looks like inside while it learns. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { LayersCard } from "./layers_card.tsx";

/** The view of the layers. */
export function NetworkView({ model }: { model: PageModel }): VNode {
  return <LayersCard layers={model.layers} />;
}
