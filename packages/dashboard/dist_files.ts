/** What `build.ts` makes. */

/** A file of the page and how it is served. */
export interface DistFile {
  /** The path of its URL. */
  path: string;
  /** Its name below {@link DIST_URL}. */
  file: string;
  /** The header's text. */
  contentType: string;
  /** Whether it is loaded only when a view needs it. */
  isLater?: true;
}

/** The folder that the page is built into. */
export const DIST_URL: URL = new URL("./dist/", import.meta.url);

/** All files of the page. */
export const DIST_FILES: readonly DistFile[] = [
  { path: "/", file: "index.html", contentType: "text/html; charset=utf-8" },
  { path: "/main.js", file: "main.js", contentType: "text/javascript; charset=utf-8" },
  {
    path: "/predictor.js",
    file: "predictor.js",
    contentType: "text/javascript; charset=utf-8",
    isLater: true,
  },
  {
    path: "/approximation.js",
    file: "approximation.js",
    contentType: "text/javascript; charset=utf-8",
    isLater: true,
  },
  { path: "/styles.css", file: "styles.css", contentType: "text/css; charset=utf-8" },
  { path: "/favicon.svg", file: "favicon.svg", contentType: "image/svg+xml" },
];
