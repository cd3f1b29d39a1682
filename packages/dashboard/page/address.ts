/** What of the page stands in its address: which view is shown, and how. A link shows the same to another person. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** What is needed of the browser, so that tests can stand in for it. */
export interface AddressPlaces {
  location: { pathname: string; search: string };
  history: {
    pushState(data: unknown, unused: string, url: string): void;
    replaceState(data: unknown, unused: string, url: string): void;
  };
  addEventListener(type: "popstate", listener: () => void): void;
}

/** Names and values behind the `?` of the address. */
export interface Address {
  readonly params: ReadonlySignal<URLSearchParams>;
  /** Changes some of them; null takes one away. Going back in the browser undoes only what was `push`ed. */
  set(changes: Readonly<Record<string, string | null>>, how?: "push" | "replace"): void;
  /** The address that {@link set} would make, for a link. */
  href(changes: Readonly<Record<string, string | null>>): string;
}

/** The address of the page that `places` is. */
export function pageAddress(places: AddressPlaces): Address {
  const params = signal(new URLSearchParams(places.location.search));
  places.addEventListener("popstate", () => params.value = new URLSearchParams(places.location.search));
  const changed = (changes: Readonly<Record<string, string | null>>) => {
    const next = new URLSearchParams(params.value);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    return next;
  };
  const hrefOf = (next: URLSearchParams) => places.location.pathname + (next.size > 0 ? `?${next}` : "");
  return {
    params,
    set(changes, how = "replace") {
      const next = changed(changes);
      if (String(next) === String(params.value)) return;
      places.history[how === "push" ? "pushState" : "replaceState"](null, "", hrefOf(next));
      params.value = next;
    },
    href: (changes) => hrefOf(changed(changes)),
  };
}
