/**
 * What a page fetches when a person wants to see it: tensors, all parameters, samples. Copies of bytes that are there; nothing is
 * computed for a page.
 */
import { type DataSet, encodeSafetensors, inputLength, type SplitName } from "@tributary/core";
import { LIMITS } from "@tributary/protocol";
import type { CurrentTensor } from "../training/training.ts";

/** Where it comes from. */
export interface PageDataSource {
  /** A tensor of the parameters as it is now, or null where there is none of that name. */
  tensor?(name: string): CurrentTensor | null;
  /** The flat parameter vector as it is now. */
  parameters?(): CurrentTensor;
  dataSet?: DataSet;
}

/** Something that can be fetched. */
export interface PageData {
  /** For a sentence about it: "The tensor has". */
  subject: string;
  /** Of the data, without the header that a file may have. */
  length: number;
  lengthMax: number;
  headers: Record<string, string>;
  /** A copy, as the next step overwrites what it is of while a slow page still reads. */
  copy(): Uint8Array<ArrayBuffer>;
}

const SAMPLES_PATH = /^\/samples\/(train|validation|test)\/(\d{1,9})-(\d{1,9})$/;

/** What is at a path, or null. */
export function findPageData(path: string, source: PageDataSource): PageData | null {
  if (path === "/parameters") {
    const all = source.parameters?.() ?? null;
    return all &&
      numbers(all, { subject: "The parameters have", lengthMax: LIMITS.parametersFetchedBytesMax });
  }
  if (path.startsWith("/tensors/")) {
    const tensor = source.tensor?.(path.slice("/tensors/".length)) ?? null;
    return tensor && numbers(tensor, { subject: "The tensor has", lengthMax: LIMITS.tensorBytesMax });
  }
  const [, split, first, end] = path.match(SAMPLES_PATH) ?? [];
  if (split === undefined || source.dataSet === undefined) return null;
  return samples(source.dataSet, split as SplitName, { first: Number(first), end: Number(end) });
}

/** The elements, with step and shape in the header. */
function numbers(
  { step, shape, bytes }: CurrentTensor,
  { subject, lengthMax }: Pick<PageData, "subject" | "lengthMax">,
): PageData {
  return {
    subject,
    length: bytes.length,
    lengthMax,
    headers: { "x-tributary-step": String(step), "x-tributary-shape": shape.join() },
    copy: () => Uint8Array.from(bytes),
  };
}

/** Samples of a split, as a safetensors file: `inputs`, `labels` and the number of classes, as in the data blob. */
function samples(dataSet: DataSet, name: SplitName, { first, end }: { first: number; end: number }) {
  const split = dataSet[name];
  if (split === null || first >= end || end > split.count) return null;
  const size = inputLength(dataSet);
  const inputs = split.inputs.subarray(first * size, end * size);
  const labels = split.labels.subarray(first, end);
  return {
    subject: "The samples have",
    length: inputs.byteLength + labels.length,
    lengthMax: LIMITS.samplesFetchedBytesMax,
    headers: {},
    copy: () =>
      encodeSafetensors(
        new Map([
          ["inputs", { shape: [end - first, ...dataSet.inputShape], data: inputs }],
          ["labels", { shape: [end - first], data: labels }],
        ]),
        new Map([["classes", `${dataSet.classes}`]]),
      ),
  };
}
