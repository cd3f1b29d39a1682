/** Waits for a promise, but not for ever. */

/** Far longer than anything here takes, also on a busy machine. */
const PATIENCE_MS = 30_000;

/**
 * What the promise resolves to.
 *
 * @param what is being waited for, for the error's sentence.
 * @throws {Error} when it takes too long.
 */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${patienceMs} ms in vain for ${what}`)), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
