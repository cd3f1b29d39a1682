/** What is said below a chart: how many of its points are drawn, and which have no place on it. */
import { formatCount, joined, plural } from "../words/words.ts";
import type { Drawing } from "./drawing.ts";

/** "Showing 2,000 of 184,320 points", "All 1,500 points". */
export function shownWords(
  { total, shown, view, unplaced }: Pick<Drawing, "total" | "shown" | "view" | "unplaced">,
): string {
  if (total === 0) return "";
  const counted = shown < total
    ? `Showing ${formatCount(shown)} of ${plural(total, "point")}`
    : `All ${plural(total, "point")}`;
  const where = view.zoom === null ? "" : " of this part";
  return joined([
    counted + where,
    unplaced.notFinite > 0 ? `${formatCount(unplaced.notFinite)} in all no finite number` : null,
    unplaced.notPositive > 0 ? `${formatCount(unplaced.notPositive)} in all not above 0` : null,
  ]);
}
