/** Offers a chart as a file, as it stands on the screen. */
import { saveFile } from "../save/save_file.ts";
import type { ChartSpec } from "./chart_spec.ts";
import { drawPicture } from "./picture.ts";
import type { Plot } from "./plot.ts";
import type { Readout } from "./readout.ts";
import { vectorPicture } from "./vector_picture.ts";

/** Saves it as `id.png` or `id.svg`. */
export async function savePicture(
  kind: "png" | "svg",
  { plot, spec, readout }: { plot: Plot; spec: ChartSpec; readout: Readout },
): Promise<void> {
  if (kind === "svg") {
    return saveFile(`${spec.id}.svg`, [vectorPicture(plot, spec, readout)], "image/svg+xml");
  }
  const canvas = drawPicture(plot.uplot, spec, readout);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob !== null) saveFile(`${spec.id}.png`, [blob], "image/png");
}
