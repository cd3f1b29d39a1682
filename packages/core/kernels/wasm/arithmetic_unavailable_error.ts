/** This engine cannot compute in the arithmetic that a run asks for. */
export class ArithmeticUnavailableError extends Error {
  override readonly name = "ArithmeticUnavailableError";
}
