/** A chart as a picture of its own: title, legend and plot, in the colours of the page. */
import type uPlot from "uplot";
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import type { Readout } from "./readout.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";

/** In CSS pixels. */
const PADDING = 16;
const TITLE_PX = 15;
const LEGEND_PX = 12;
const LINE_HEIGHT = 20;
const SWATCH = 12;
const GAP = 16;

/** Offers the chart as `id.png`, as it stands on the screen. */
export async function downloadPicture(plot: uPlot, spec: ChartSpec, readout: Readout): Promise<void> {
  const canvas = drawPicture(plot, spec, readout);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) return;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = `${spec.id}.png`;
  link.click();
  // The browser has taken the bytes by the next turn of its loop at the latest.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** The picture, with as many pixels for a CSS pixel as the plot has. */
export function drawPicture(
  plot: uPlot,
  spec: ChartSpec,
  { axis, x, values, isPresent }: Readout,
): HTMLCanvasElement {
  const source = plot.ctx.canvas;
  const ratio = source.width / plot.width;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const family = getComputedStyle(plot.root).fontFamily;
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d")!;
  const fontOf = (px: number, weight = 400) => `${weight} ${px}px ${family}`;
  ctx.font = fontOf(LEGEND_PX);
  const items = drawnSeries(spec).flatMap(({ label, color, isQuiet }, i) => {
    if (!isPresent[i]) return [];
    const text = isQuiet && x === null ? label : `${label}  ${spec.yText(values[i])}`;
    return [{ text, color, width: SWATCH + 6 + ctx.measureText(text).width + GAP }];
  });
  const lines: (typeof items)[] = [[]];
  for (const item of items) {
    const width = lines.at(-1)!.reduce((sum, { width }) => sum + width, 0);
    if (width + item.width > plot.width && width > 0) lines.push([]);
    lines.at(-1)!.push(item);
  }
  const head = PADDING + LINE_HEIGHT + 4 + LINE_HEIGHT * lines.length + 4;
  canvas.width = Math.round((plot.width + 2 * PADDING) * ratio);
  canvas.height = Math.round((head + plot.height + PADDING) * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = color("--card");
  ctx.fillRect(0, 0, plot.width + 2 * PADDING, head + plot.height + PADDING);
  ctx.textBaseline = "middle";
  ctx.font = fontOf(TITLE_PX, 600);
  ctx.fillStyle = color("--text");
  ctx.fillText(spec.title, PADDING, PADDING + LINE_HEIGHT / 2);
  const titleWidth = ctx.measureText(`${spec.title} `).width;
  ctx.font = fontOf(LEGEND_PX);
  ctx.fillStyle = color("--muted");
  const place = x === null ? `over ${X_AXIS_WORDS[axis].name.toLowerCase()}` : X_AXIS_WORDS[axis].place(x);
  ctx.fillText(`${spec.unit}, ${place}`, PADDING + titleWidth, PADDING + LINE_HEIGHT / 2 + 1);
  lines.forEach((line, i) => {
    let left = PADDING;
    const middle = PADDING + 4 + LINE_HEIGHT * (i + 1.5);
    for (const { text, color: name, width } of line) {
      ctx.fillStyle = color(name);
      ctx.fillRect(left, middle - 1.5, SWATCH, 3);
      ctx.fillStyle = color("--text");
      ctx.fillText(text, left + SWATCH + 6, middle);
      left += width;
    }
  });
  ctx.drawImage(source, PADDING, head, plot.width, plot.height);
  return canvas;
}
