/** The whole page: its head, and one view. */
import type { VNode } from "preact";
import { Header } from "./header.tsx";
import type { PageModel } from "./page_model.ts";
import { viewOf } from "./views.ts";

/** Every part of a view is there from the start and keeps its place, so that nothing jumps when data come. */
export function Page({ model }: { model: PageModel }): VNode {
  const { name, Content } = viewOf(model.address.params.value);
  return (
    <>
      <Header address={model.address} facts={model.facts} status={model.status} />
      <main key={name} class="grid">
        <Content model={model} />
      </main>
    </>
  );
}
