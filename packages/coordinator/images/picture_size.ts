/** A photograph of 16 megapixels: as RGBA it takes 64 MiB, and no digit needs more. */
const PIXELS_MAX = 16 * 1024 * 1024;

/**
 * Passes the size that a picture's header announces, before memory is set aside for it.
 *
 * @throws {RangeError} if there are no pixels or too many.
 */
export function checkPictureSize(width: number, height: number, name: string): void {
  if (width < 1 || height < 1 || width * height > PIXELS_MAX) {
    throw new RangeError(
      `Cannot read picture ${name} as it must have 1 to ${PIXELS_MAX} pixels: its header announces ${width} x ${height}`,
    );
  }
}
