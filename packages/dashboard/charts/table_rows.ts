/** The numbers behind a chart, as rows of a table: a page of them at a time. */
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import type { Drawing } from "./drawing.ts";
import type { IndexedLine } from "./indexed_line.ts";
import { lowerBound } from "./line.ts";
import { rowAfter } from "./thin.ts";

/** Rows of a page. */
export const PAGE_ROWS = 50;

/** The lines of a chart that have the same rows. */
export interface TableGroup {
  /** What distinguishes them, such as "validation, test". */
  name: string;
  /** Headings of the columns behind those of the axes. */
  headings: string[];
  lines: IndexedLine[];
  /** Rows of the part that is seen. */
  first: number;
  end: number;
}

/** A row: a number for each axis, then the values. */
export interface TableRow {
  step: number;
  epoch: number;
  time: number;
  values: (number | null)[];
}

/** Lines that have a point in the part, those with the same rows together. */
export function tableGroups(spec: ChartSpec, { lines, range, view: { axis } }: Drawing): TableGroup[] {
  const groups: TableGroup[] = [];
  drawnSeries(spec).forEach(({ label }, i) => {
    const { line } = lines[i];
    const x = line.x[axis];
    const first = lowerBound(x, line.length, range[0]);
    const end = rowAfter(x, line.length, range[1]);
    if (first === end) return;
    const known = groups.find((group) => group.lines[0].line.x.step === line.x.step);
    if (known) {
      known.headings.push(label);
      known.lines.push(lines[i]);
    } else groups.push({ name: "", headings: [label], lines: [lines[i]], first, end });
  });
  return groups.map((group) => ({ ...group, name: group.headings.join(", ") }));
}

/** The rows of page `page`, from 0, which is the newest one; within a page the newest row is first. */
export function pageRows({ lines, first, end }: TableGroup, page: number): TableRow[] {
  const from = end - 1 - page * PAGE_ROWS;
  const { step, epoch, time } = lines[0].line.x;
  return Array.from({ length: Math.max(0, Math.min(PAGE_ROWS, from - first + 1)) }, (_, i) => {
    const row = from - i;
    return {
      step: step[row],
      epoch: epoch[row],
      time: time[row],
      values: lines.map(({ values }) => values[row]),
    };
  });
}
