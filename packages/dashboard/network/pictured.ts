/** Which weights can be looked at as pictures: those that see the picture of the input, and those of convolutions. */
import { LIMITS, type RunFacts } from "@tributary/protocol";
import { formatCount } from "../words/words.ts";

/** A smaller row of numbers is hardly a picture. */
const SIDE_MIN = 5;
const BYTES_PER_WEIGHT = 4;

/** Weights of a layer as pictures of one size. */
export interface Pictured {
  /** Of the tensor, such as "1.weight". */
  name: string;
  /** Such as "Layer 1: 100 units". */
  label: string;
  kind: "dense" | "convolution";
  /** Units of a dense layer, or maps of a convolution. */
  units: number;
  /** Pictures of each unit: one for each map that it sees. */
  channels: number;
  width: number;
  height: number;
  /** What a person must know to read it, or empty. */
  note: string;
  /** Why it is not fetched, or empty. */
  tooLarge: string;
}

/** All weights of a model that can be pictured, layer by layer. */
export function picturedLayers({ run: { model }, layers }: RunFacts): Pictured[] {
  const found: Pictured[] = [];
  let seesInput = true;
  model.layers.forEach((layer, i) => {
    const input = i === 0 ? model.input : layers[i - 1].shape;
    const name = `${i + 1}.weight`;
    if (layer.type === "convolution") {
      const [height, width] = layer.kernel;
      found.push(pictured(`Layer ${i + 1}: ${layer.maps} maps`, {
        name,
        kind: "convolution",
        units: layer.maps,
        channels: input.length === 3 ? input[0] : 1,
        width,
        height,
        note: "",
      }));
    }
    const size = seesInput && layer.type === "dense" ? pictureSize(model.input) : null;
    if (size !== null && layer.type === "dense") {
      found.push(pictured(`Layer ${i + 1}: ${layer.units} units`, {
        name,
        kind: "dense",
        units: layer.units,
        ...size,
      }));
    }
    seesInput = seesInput && (layer.type === "flatten" || layer.type === "dropout");
  });
  return found;
}

/** Why a model has nothing to show. */
export function notPictured({ run: { model } }: RunFacts): string {
  return `The network sees ${model.input.join(" × ")} numbers, which are no picture.`;
}

/** The weights of one picture out of all of the tensor, row by row. */
export function weightsOf(
  { kind, units, channels, width, height }: Pictured,
  values: Float32Array,
  index: number,
): Float32Array {
  const pixels = width * height;
  if (kind === "convolution") return values.slice(index * pixels, (index + 1) * pixels);
  // [inputs, units]: the weights of one unit lie a row apart.
  const unit = Math.floor(index / channels);
  const first = (index % channels) * pixels;
  return Float32Array.from({ length: pixels }, (_, pixel) => values[(first + pixel) * units + unit]);
}

/** What a picture is called, such as "Unit 17" or "Map 3, input map 2". */
export function pictureLabel({ kind, channels }: Pictured, index: number): string {
  const unit = `${kind === "dense" ? "Unit" : "Map"} ${Math.floor(index / channels) + 1}`;
  return channels === 1 ? unit : `${unit}, input map ${index % channels + 1}`;
}

function pictured(label: string, parts: Omit<Pictured, "label" | "tooLarge">): Pictured {
  const weights = parts.units * parts.channels * parts.width * parts.height;
  const isTooLarge = weights * BYTES_PER_WEIGHT > LIMITS.tensorBytesMax;
  const most = formatCount(LIMITS.tensorBytesMax / BYTES_PER_WEIGHT);
  return {
    label,
    ...parts,
    tooLarge: isTooLarge
      ? `The layer has ${formatCount(weights)} weights; at most ${most} are fetched for pictures.`
      : "",
  };
}

function pictureSize(
  input: readonly number[],
): Pick<Pictured, "channels" | "width" | "height" | "note"> | null {
  if (input.length === 2) return { channels: 1, height: input[0], width: input[1], note: "" };
  if (input.length === 3) return { channels: input[0], height: input[1], width: input[2], note: "" };
  const side = Math.round(Math.sqrt(input[0]));
  if (side * side !== input[0] || side < SIDE_MIN) return null;
  const note = `The ${formatCount(input[0])} inputs are taken for ${side} rows of ${side}.`;
  return { channels: 1, width: side, height: side, note };
}
