/** Who computes, how well, and how others can join. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { FaultsCard } from "./faults_card.tsx";
import { JoinCard } from "./join_card.tsx";
import { SpeedupCard } from "./speedup_card.tsx";
import { StepCard } from "./step_card.tsx";
import { WorkersTable } from "./workers_table.tsx";

/** The view of the machines. */
export function ClusterView({ model }: { model: PageModel }): VNode {
  const { address, cluster, control, links } = model;
  const isOver = ["ended", "failed"].includes(model.status.value.phase);
  const isLive = model.runs.shown.value.kind === "live";
  return (
    <>
      <WorkersTable address={address} cluster={cluster} control={control} isOver={isOver} />
      <StepCard cluster={cluster} isRecorded={!isLive} isOver={isOver} />
      <SpeedupCard cluster={cluster} />
      <FaultsCard cluster={cluster} />
      <JoinCard links={links} />
    </>
  );
}
