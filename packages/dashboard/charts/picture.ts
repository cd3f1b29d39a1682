/** A chart as a picture of its own: title, legend and plot, in the colours of the page. */
import type uPlot from "uplot";
import type { ChartSpec } from "./chart_spec.ts";
import { LEGEND_PX, PADDING, pictureHead, SWATCH, TITLE_PX } from "./picture_head.ts";
import type { Readout } from "./readout.ts";

/** The picture, with as many pixels for a CSS pixel as the plot has. */
export function drawPicture(plot: uPlot, spec: ChartSpec, readout: Readout): HTMLCanvasElement {
  const source = plot.ctx.canvas;
  const ratio = source.width / plot.width;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const family = getComputedStyle(plot.root).fontFamily;
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d")!;
  const setFont = (px: number, weight = 400) => ctx.font = `${weight} ${px}px ${family}`;
  const head = pictureHead(spec, readout, {
    width: plot.width,
    widthOf: (text, px, weight) => {
      setFont(px, weight);
      return ctx.measureText(text).width;
    },
  });
  const [width, height] = [plot.width + 2 * PADDING, head.height + plot.height + PADDING];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = color("--card");
  ctx.fillRect(0, 0, width, height);
  ctx.textBaseline = "middle";
  setFont(TITLE_PX, 600);
  ctx.fillStyle = color("--text");
  ctx.fillText(head.title.text, head.title.left, head.title.middle);
  setFont(LEGEND_PX);
  ctx.fillStyle = color("--muted");
  ctx.fillText(head.unit.text, head.unit.left, head.unit.middle);
  for (const { text, color: name, left, middle } of head.legend) {
    ctx.fillStyle = color(name);
    ctx.fillRect(left, middle - 1.5, SWATCH, 3);
    ctx.fillStyle = color("--text");
    ctx.fillText(text, left + SWATCH + 6, middle);
  }
  ctx.drawImage(source, PADDING, head.height, plot.width, plot.height);
  return canvas;
}
