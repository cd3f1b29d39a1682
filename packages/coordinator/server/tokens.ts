/** Tokens: who may work, who may watch. */
import { timingSafeEqual } from "node:crypto";
import { UserError } from "@tributary/protocol";

/** 128 random bits as 22 letters, digits, '-' and '_'. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Checks a token that a person chose.
 *
 * @throws {UserError} with exit code 2 when it is easy to guess or does not fit into a link; the token is not repeated.
 */
export function checkToken(token: string): string {
  if (/^[\w.~-]{16,256}$/.test(token)) return token;
  throw new UserError(
    `Cannot use the given token of ${token.length} characters: wanted 16 to 256 letters, digits, "-", "_", "." or "~".`,
    2,
  );
}

/** Compares in a time that does not tell how much of the token was right. */
export function sameToken(given: string, wanted: string): boolean {
  const a = new TextEncoder().encode(given), b = new TextEncoder().encode(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
