/** Why something could not be written, in words. */

/** By what the system calls it. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EDQUOT: "this user has no more room on that disk",
  EEXIST: "there is a file where a folder is wanted",
  EISDIR: "there is a folder where a file is wanted",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "the folder is not there",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, and no folder",
  EPERM: "the system does not let this user write there",
  EROFS: "that disk can only be read",
};

/** The reason, fit to stand behind "Cannot write ... as". */
export function whyNotWritten(error: unknown): string {
  // Whatever is allowed, Deno keeps programs out of /proc, /sys, /dev and the like.
  if (error instanceof Deno.errors.NotCapable) return "no program run by Deno may write there";
  const { code, message } = error as Error & { code?: string };
  return WORDS[code ?? ""] ?? `the system said “${message}”`;
}
