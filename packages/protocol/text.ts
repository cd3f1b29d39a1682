/** Texts that come from a peer, made fit for a terminal, a log and a page. */

/** Drops control and direction characters, folds white space, and cuts to `lengthMax` characters. */
export function cleanText(text: string, lengthMax: number): string {
  const clean = text.replace(/\s+/gu, " ").replace(/[\p{C}\u2028\u2029]/gu, "").trim();
  return [...clean].slice(0, lengthMax).join("");
}
