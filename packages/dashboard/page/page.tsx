/** The whole page: its head, the control of the run, and one view. */
import type { VNode } from "preact";
import { ControlBar } from "../control/control_bar.tsx";
import { controlKeys } from "../control/control_keys.ts";
import { Header } from "./header.tsx";
import { Keys } from "./keys.tsx";
import { NoRun } from "./no_run.tsx";
import { ShownRunBar } from "../runs/shown_run_bar.tsx";
import type { PageModel } from "./page_model.ts";
import type { Shortcut } from "./shortcuts.ts";
import { CONTENT_ID, SkipLink } from "./skip_link.tsx";
import { viewOf, viewsOf } from "./views.ts";

/** Every part of a view is there from the start and keeps its place, so that nothing jumps when data come. */
export function Page({ model }: { model: PageModel }): VNode {
  const { name, Content, hasStatus = false, needsRun } = viewOf(model.address.params.value);
  const { address, control, status } = model;
  const { kind } = model.runs.shown.value;
  const isEmpty = needsRun && (kind === "none" || kind === "missing");
  const views = viewsOf(model.isFile).map((view, index): Shortcut => ({
    key: String(index + 1),
    does: `Show the view ${view.title}`,
    act: () => address.set({ view: index === 0 ? null : view.name }, "push"),
  }));
  return (
    <>
      <SkipLink />
      <Header address={address} isFile={model.isFile} facts={model.facts} status={model.status}>
        <Keys shortcuts={[...controlKeys(control), ...views]} keys={model.keys} />
      </Header>
      <ShownRunBar model={model} />
      {kind === "live" && <ControlBar control={control} hasStatus={hasStatus} />}
      <main
        key={name}
        id={CONTENT_ID}
        tabIndex={-1}
        class={status.value.phase === "disconnected" ? "grid is-stale" : "grid"}
      >
        {isEmpty ? <NoRun status={status} address={address} /> : <Content model={model} />}
      </main>
    </>
  );
}
