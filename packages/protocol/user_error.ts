/**
 * What the person at the keyboard did wrong, or must know: one sentence that names the action, what was wanted, what
 * came, and what to do. Commands print the sentence alone, without a stack trace, and exit with its code.
 */
export class UserError extends Error {
  override readonly name = "UserError";

  /**
   * @param message the sentence.
   * @param exitCode 2: the command line or the run description was wrong; 1: the run failed.
   */
  constructor(message: string, readonly exitCode: 1 | 2 = 1) {
    super(message);
  }
}
