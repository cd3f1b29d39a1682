/** What stands above the plot in a picture of a chart: title and legend, and where. */
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import type { Readout } from "./readout.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";

/** In CSS pixels. */
export const PADDING = 16;
/** Sizes of fonts. */
export const TITLE_PX = 15;
export const LEGEND_PX = 12;
const LINE_HEIGHT = 20;
/** Width of a stroke in a series' colour; its height is 3. */
export const SWATCH = 12;
const GAP = 16;

/** A text, its left end and the middle of its height. */
interface Placed {
  text: string;
  left: number;
  middle: number;
}

/** All in CSS pixels from the picture's upper left corner. */
export interface PictureHead {
  title: Placed;
  /** Behind the title: the unit, and what the legend's values are of. */
  unit: Placed;
  /** Of the series that have a value; a swatch is before the text, in a colour by its CSS variable. */
  legend: (Placed & { color: string })[];
  /** Where the plot begins. */
  height: number;
}

/** @param widthOf measures a text in a font of that size and weight. */
export function pictureHead(
  spec: ChartSpec,
  { axis, x, values, isPresent }: Readout,
  { width, widthOf }: { width: number; widthOf: (text: string, px: number, weight?: number) => number },
): PictureHead {
  const title = { text: spec.title, left: PADDING, middle: PADDING + LINE_HEIGHT / 2 };
  const place = x === null ? `over ${X_AXIS_WORDS[axis].name.toLowerCase()}` : X_AXIS_WORDS[axis].place(x);
  const unit = {
    text: `${spec.unit}, ${place}`,
    left: PADDING + widthOf(`${spec.title} `, TITLE_PX, 600),
    middle: title.middle + 1,
  };
  const legend: PictureHead["legend"] = [];
  let [left, line] = [PADDING, 0];
  drawnSeries(spec).forEach(({ label, color, isQuiet }, i) => {
    if (!isPresent[i]) return;
    const text = isQuiet && x === null ? label : `${label}  ${spec.yText(values[i])}`;
    const taken = SWATCH + 6 + widthOf(text, LEGEND_PX) + GAP;
    if (left > PADDING && left + taken > PADDING + width) [left, line] = [PADDING, line + 1];
    legend.push({ text, color, left, middle: PADDING + 4 + LINE_HEIGHT * (line + 1.5) });
    left += taken;
  });
  return { title, unit, legend, height: PADDING + LINE_HEIGHT + 4 + LINE_HEIGHT * (line + 1) + 4 };
}
