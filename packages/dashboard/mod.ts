/** The page as files, for the coordinator that serves them: it is handed this list and never imports the page. */
export { DIST_FILES, DIST_URL, type DistFile } from "./dist_files.ts";
