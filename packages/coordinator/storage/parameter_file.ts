/** The flat parameter vector as named tensors in a safetensors file. */
import { decodeSafetensors, encodeSafetensors, type ModelPlan, type StoredTensor } from "@tributary/core";

/** What a file holds. */
export interface ParameterFile {
  /** Flat, in the documented order. */
  parameters: Float32Array<ArrayBuffer>;
  metadata: ReadonlyMap<string, string>;
  /** What an optimiser remembers, by name, in the same order; each tensor is called "velocity.1.weight". Missing: nothing. */
  moments?: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** Encodes parameters, one tensor each, and some texts. */
export function encodeParameters(
  plan: ModelPlan,
  { parameters, metadata, moments = new Map() }: ParameterFile,
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, offset, length } of plan.tensors) {
    tensors.set(name, { shape, data: parameters.subarray(offset, offset + length) });
    for (const [moment, values] of moments) {
      tensors.set(`${moment}.${name}`, { shape, data: values.subarray(offset, offset + length) });
    }
  }
  return encodeSafetensors(tensors, metadata);
}

/**
 * Decodes what {@link encodeParameters} wrote.
 *
 * @throws {RangeError | SyntaxError} when it is damaged, or of another model.
 */
export function decodeParameters(plan: ModelPlan, bytes: Uint8Array): ParameterFile {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const first = plan.tensors[0].name;
  const names = [...tensors.keys()].filter((name) => name.endsWith(`.${first}`));
  const moments = names.map((name): [string, Float32Array<ArrayBuffer>] => {
    const moment = name.slice(0, -first.length - 1);
    return [moment, flatten(plan, tensors, `${moment}.`)];
  });
  return { parameters: flatten(plan, tensors, ""), metadata, moments: new Map(moments) };
}

function flatten(
  plan: ModelPlan,
  tensors: ReadonlyMap<string, StoredTensor>,
  prefix: string,
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(plan.parameters);
  for (const { name, offset, length } of plan.tensors) {
    const stored = tensors.get(`${prefix}${name}`)?.data;
    if (!(stored instanceof Float32Array) || stored.length !== length) {
      throw new RangeError(`it has no tensor ${prefix}${name} of ${length} numbers`);
    }
    flat.set(stored, offset);
  }
  return flat;
}
