/** A picture in shades of gray. */
export interface GrayPicture {
  width: number;
  height: number;
  /** `[height, width]`, row-major; 0 is black. */
  pixels: Uint8Array;
}
