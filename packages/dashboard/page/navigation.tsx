/** The ways from view to view. */
import type { VNode } from "preact";
import type { Address } from "./address.ts";
import { AddressLink } from "./address_link.tsx";
import { viewOf, viewsOf } from "./views.ts";

/** Links, so that a view can also be opened in another tab. */
export function Navigation({ address, isFile }: { address: Address; isFile: boolean }): VNode {
  const shown = viewOf(address.params.value);
  return (
    <nav class="views" aria-label="Views">
      {viewsOf(isFile).map((view, index) => (
        <AddressLink
          key={view.name}
          address={address}
          changes={{ view: index === 0 ? null : view.name }}
          isCurrent={view === shown}
        >
          {view.title}
        </AddressLink>
      ))}
    </nav>
  );
}
