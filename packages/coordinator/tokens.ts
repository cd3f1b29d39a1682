/** Tokens: who may work, who may watch. */
import { timingSafeEqual } from "node:crypto";

/** 128 random bits as 22 letters, digits, '-' and '_'. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Compares in a time that does not tell how much of the token was right. */
export function sameToken(given: string, wanted: string): boolean {
  const a = new TextEncoder().encode(given), b = new TextEncoder().encode(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
