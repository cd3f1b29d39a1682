/**
 * The safetensors file format: named tensors and a few strings in one block of bytes that can be used where it lies.
 *
 * ```
 * bytes 0..8       header length n, u64 little-endian
 * bytes 8..8+n     header: JSON {"__metadata__": {string: string},
 *                                NAME: {"dtype": "F32" | "U8", "shape": [...], "data_offsets": [begin, end]}, ...},
 *                  then spaces, so that the data starts at a multiple of 64 bytes
 * bytes 8+n..      the tensors, row-major and little-endian, without gaps; offsets count from here
 * ```
 *
 * Source: https://github.com/huggingface/safetensors#format. Engines that run JavaScript are little-endian in practice, and
 * this module takes that for granted.
 */

/** A tensor in a file. */
export interface StoredTensor {
  /** May be empty: one element. */
  shape: readonly number[];
  /** Row-major; its length is the product of `shape`. */
  data: Float32Array | Uint8Array;
}

/** What a file holds. */
export interface StoredTensors {
  /** By name, in the order in which they lie in the file. */
  tensors: ReadonlyMap<string, StoredTensor>;
  /** Free texts by name. */
  metadata: ReadonlyMap<string, string>;
}

/** A cache line, and the widest vector there is. */
const DATA_ALIGNMENT = 64;
/** A tensor's entry takes about 100 bytes, so this is enough for 40,000 of them. */
const HEADER_BYTES_MAX = 4 * 1024 * 1024;
const LENGTH_BYTES = 8;
const METADATA = "__metadata__";

/**
 * Writes tensors into one block of bytes. The same content gives the same bytes, whatever the order of the maps: F32 comes
 * before U8, so that all views are aligned, and names of one type are in ascending order of their UTF-16 code units.
 *
 * @throws {RangeError} if a tensor's length does not fit its shape, or it is called `__metadata__`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  const entries = sorted(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const members: string[] = [];
  if (metadata.size > 0) {
    const strings = sorted(metadata).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    members.push(`"${METADATA}":{${strings.join()}}`);
  }
  let dataBytes = 0;
  for (const [name, tensor] of entries) {
    if (name === METADATA) {
      throw new RangeError(`Cannot encode a tensor called "${METADATA}": the name is reserved`);
    }
    if (elements(tensor.shape) !== tensor.data.length) {
      throw new RangeError(
        `Cannot encode tensor "${name}" as shape [${tensor.shape}] needs ${elements(tensor.shape)} ` +
          `elements: it has ${tensor.data.length}`,
      );
    }
    const begin = dataBytes;
    dataBytes += tensor.data.byteLength;
    const entry = { dtype: dtypeOf(tensor), shape: tensor.shape, data_offsets: [begin, dataBytes] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }

  const header = new TextEncoder().encode(`{${members.join()}}`);
  const dataStart = Math.ceil((LENGTH_BYTES + header.length) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const bytes = new Uint8Array(dataStart + dataBytes).fill(0x20, LENGTH_BYTES, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  let position = dataStart;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Reads what {@link encodeSafetensors} or another program wrote. Nothing is taken on trust: a result means that the header
 * describes every byte of the data exactly once. The tensors are views of `bytes`, save F32 that does not lie at a multiple
 * of 4 bytes, which is copied.
 *
 * @throws {SyntaxError} if the header is not what the format says.
 * @throws {RangeError} if lengths, shapes and offsets disagree with each other or with the bytes.
 */
export function decodeSafetensors(bytes: Uint8Array): StoredTensors {
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  const data = bytes.subarray(dataStart);
  const header = parseHeader(bytes.slice(LENGTH_BYTES, dataStart));

  const { [METADATA]: metadata = {}, ...described } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw new SyntaxError(`Cannot decode safetensors as ${METADATA} must map strings to strings`);
  }
  const entries = Object.entries(described).map(([name, entry]) => checkEntry(name, entry));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      throw new RangeError(
        `Cannot decode tensor "${name}" as it must begin where the tensor before it ends, at ${position}: ` +
          `it begins at ${begin}`,
      );
    }
    position = end;
  }
  if (position !== data.length) {
    throw new RangeError(
      `Cannot decode safetensors as the header describes ${position} bytes of data: ${data.length} bytes follow it`,
    );
  }
  return {
    tensors: new Map(entries.map(({ name, dtype, shape, begin, end }) => {
      const own = data.subarray(begin, end);
      return [name, { shape, data: dtype === "U8" ? own : asFloats(own) }];
    })),
    metadata: new Map(Object.entries(metadata) as [string, string][]),
  };
}

const ELEMENT_BYTES = { F32: 4, U8: 1 } as const;
type Dtype = keyof typeof ELEMENT_BYTES;

interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new RangeError(
      `Cannot decode safetensors as at least 8 bytes are needed: there are ${bytes.length}`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const lengthMax = Math.min(HEADER_BYTES_MAX, bytes.length - LENGTH_BYTES);
  if (length > lengthMax) {
    throw new RangeError(
      `Cannot decode safetensors as a header of at most ${lengthMax} bytes was wanted: ${length} are announced`,
    );
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string, header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot decode safetensors as the header must be JSON in UTF-8: ${error}`, {
      cause: error,
    });
  }
  if (!isRecord(header)) {
    throw new SyntaxError("Cannot decode safetensors as the header must be a JSON object");
  }
  const members = Object.values(header);
  const distinct = members.reduce<number>(
    (sum, m) => sum + (isRecord(m) ? Object.keys(m).length : 0),
    members.length,
  );
  if (distinct !== countKeys(text)) {
    throw new SyntaxError(
      "Cannot decode safetensors as the header must hold each name once, and no objects in a tensor's description",
    );
  }
  return header;
}

/** Number of keys in a JSON text, those included that come twice: outside of strings, a colon stands for nothing else. */
function countKeys(json: string): number {
  let keys = 0, inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString && character === "\\") i++;
    else if (character === '"') inString = !inString;
    else if (!inString && character === ":") keys++;
  }
  return keys;
}

function checkEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (dtype !== "F32" && dtype !== "U8") {
    throw new SyntaxError(
      `Cannot decode tensor "${name}" as its dtype must be F32 or U8: it is ${JSON.stringify(dtype)}`,
    );
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new SyntaxError(
      `Cannot decode tensor "${name}" as its shape and its two data_offsets must be arrays of whole numbers`,
    );
  }
  const [begin, end] = offsets;
  const wanted = elements(shape) * ELEMENT_BYTES[dtype];
  if (end - begin !== wanted) {
    throw new RangeError(
      `Cannot decode tensor "${name}" as ${dtype} of shape [${shape}] needs ${wanted} bytes: ` +
        `its offsets [${begin}, ${end}] hold ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function asFloats(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % ELEMENT_BYTES.F32 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, length / ELEMENT_BYTES.F32);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function dtypeOf({ data }: StoredTensor): Dtype {
  return data instanceof Float32Array ? "F32" : "U8";
}

/** Entries by name. `localeCompare` would depend on the machine's language. */
function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => a < b ? -1 : 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
