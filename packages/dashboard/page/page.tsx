/** The whole page: its head, the control of the run, and one view. */
import type { VNode } from "preact";
import { ControlBar } from "../control/control_bar.tsx";
import { controlKeys } from "../control/control_keys.ts";
import { Header } from "./header.tsx";
import { Keys } from "./keys.tsx";
import { ShownRunBar } from "../runs/shown_run_bar.tsx";
import type { PageModel } from "./page_model.ts";
import type { Shortcut } from "./shortcuts.ts";
import { viewOf, viewsOf } from "./views.ts";

/** Every part of a view is there from the start and keeps its place, so that nothing jumps when data come. */
export function Page({ model }: { model: PageModel }): VNode {
  const { name, Content } = viewOf(model.address.params.value);
  const { address, control } = model;
  const views = viewsOf(model.isFile).map((view, index): Shortcut => ({
    key: String(index + 1),
    does: `Show the view ${view.title}`,
    act: () => address.set({ view: index === 0 ? null : view.name }, "push"),
  }));
  return (
    <>
      <Header address={address} isFile={model.isFile} facts={model.facts} status={model.status}>
        <Keys shortcuts={[...controlKeys(control), ...views]} keys={model.keys} />
      </Header>
      <ShownRunBar model={model} />
      {model.runs.shown.value.kind === "live" && <ControlBar control={control} />}
      <main key={name} class={model.status.value.phase === "disconnected" ? "grid is-stale" : "grid"}>
        <Content model={model} />
      </main>
    </>
  );
}
