/** What the page asks of the coordinator over HTTP. */

/** Asks for a path of the coordinator that served the page, with the page's token. */
export type Request = (path: string, init?: RequestInit) => Promise<Response>;

/**
 * Requests that carry `token`. A request that is refused or finds nothing is an error, whose message is the coordinator's
 * sentence; so is one without an answer.
 */
export function coordinatorRequests(token: string | null): Request {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(path, { ...init, headers }).catch((error) => {
      // Browsers have words of their own for it, such as "Failed to fetch".
      throw error instanceof TypeError
        ? new Error("The coordinator does not answer", { cause: error })
        : error;
    });
    if (!response.ok) {
      throw new Error((await response.text()).trim() || `The coordinator says ${response.status}`);
    }
    return response;
  };
}
