/** Who computes, how well, and how others can join. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { FaultsCard } from "./faults_card.tsx";
import { JoinCard } from "./join_card.tsx";
import { SpeedupCard } from "./speedup_card.tsx";
import { StepCard } from "./step_card.tsx";
import { WorkersTable } from "./workers_table.tsx";

/** The view of the machines. */
export function ClusterView({ model: { address, cluster, control, links } }: { model: PageModel }): VNode {
  return (
    <>
      <WorkersTable address={address} cluster={cluster} control={control} />
      <StepCard cluster={cluster} />
      <SpeedupCard cluster={cluster} />
      <FaultsCard cluster={cluster} />
      <JoinCard links={links} />
    </>
  );
}
