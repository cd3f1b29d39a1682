/** Who computes, and how others can join. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { JoinCard } from "./join_card.tsx";
import { WorkersTable } from "./workers_table.tsx";

/** The view of the machines. */
export function ClusterView({ model }: { model: PageModel }): VNode {
  return (
    <>
      <WorkersTable roster={model.roster} />
      <JoinCard links={model.links} />
    </>
  );
}
