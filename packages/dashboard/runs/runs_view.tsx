/** Earlier runs: to find, to look at, to compare, to keep. */
import type { VNode } from "preact";
import type { PageModel } from "../page/page_model.ts";
import { useLive } from "../run/use_live.ts";
import { CompareCards } from "./compare_cards.tsx";
import { RunsTable } from "./runs_table.tsx";
import { SaveCard } from "./save_card.tsx";

/** The view of all runs. A saved file has only its own. */
export function RunsView({ model }: { model: PageModel }): VNode {
  return (
    <>
      {!model.isFile && <History model={model} />}
      <SaveCard runs={model.runs} isFile={model.isFile} />
    </>
  );
}

function History({ model: { runs, address } }: { model: PageModel }): VNode {
  const view = useLive(runs.view$);
  return (
    <>
      <RunsTable runs={runs} view={view} address={address} />
      <CompareCards runs={runs} view={view} />
    </>
  );
}
