/** A link to the page itself, with something else in its address. */
import type { ComponentChildren, TargetedMouseEvent, VNode } from "preact";
import type { Address } from "./address.ts";

interface AddressLinkProps {
  address: Address;
  changes: Readonly<Record<string, string | null>>;
  isCurrent?: boolean;
  class?: string;
  children: ComponentChildren;
}

/** Follows without loading anything; can also be opened in another tab. */
export function AddressLink({ address, changes, isCurrent, children, ...rest }: AddressLinkProps): VNode {
  const follow = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    address.set(changes, "push");
  };
  return (
    <a {...rest} href={address.href(changes)} aria-current={isCurrent ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
