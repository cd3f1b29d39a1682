/** The watcher's token: it comes in the link's fragment, which no server and no log ever sees. */

const KEY = "tributary.token";

/** What is needed of the browser, so that tests can stand in for it. */
export interface TokenPlaces {
  location: { hash: string; pathname: string; search: string };
  history: { replaceState(data: unknown, unused: string, url: string): void };
  sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
}

/**
 * Takes the token out of `#token=...` and out of the browser's history, and keeps it for this tab, so that a reload
 * finds it again.
 *
 * @returns null where there is none.
 */
export function takeToken({ location, history, sessionStorage }: TokenPlaces): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return sessionStorage.getItem(KEY);
  history.replaceState(null, "", location.pathname + location.search);
  sessionStorage.setItem(KEY, token);
  return token;
}
