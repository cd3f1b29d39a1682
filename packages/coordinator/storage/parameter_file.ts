/** The flat parameter vector as named tensors in a safetensors file. */
import { decodeSafetensors, encodeSafetensors, type ModelPlan, type StoredTensor } from "@tributary/core";

/** What a file holds. */
export interface ParameterFile {
  /** Flat, in the documented order. */
  parameters: Float32Array<ArrayBuffer>;
  metadata: ReadonlyMap<string, string>;
}

/** Encodes parameters, one tensor each, and some texts. */
export function encodeParameters(
  plan: ModelPlan,
  { parameters, metadata }: ParameterFile,
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, offset, length } of plan.tensors) {
    tensors.set(name, { shape, data: parameters.subarray(offset, offset + length) });
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
  const parameters = new Float32Array(plan.parameters);
  for (const { name, offset, length } of plan.tensors) {
    const stored = tensors.get(name)?.data;
    if (!(stored instanceof Float32Array) || stored.length !== length) {
      throw new RangeError(`it has no tensor ${name} of ${length} numbers`);
    }
    parameters.set(stored, offset);
  }
  return { parameters, metadata };
}
