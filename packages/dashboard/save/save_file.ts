/** Offers a file to the person, who says where it goes. */

/** Time for the browser to take the bytes. */
const KEPT_MS = 10_000;

/** Saves texts or bytes, one after the other. */
export function saveFile(name: string, parts: readonly BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** A name for a file that every system takes. */
export function fileName(run: string, ending: string): string {
  return `${run.replace(/[^\w.-]+/g, "-").replace(/^[.-]+|[.-]+$/g, "") || "run"}${ending}`;
}
