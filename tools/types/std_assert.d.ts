/**
 * Types of `@std/assert`. JSR cannot be reached everywhere, so the import map takes it from `npm:deno-std`, which is
 * the same code without types. The signatures are those of the standard library; `compilerOptions.types` names this file.
 */
declare module "@std/assert" {
  type Class<T> = abstract new (...args: never[]) => T;

  /** What every assertion here throws. */
  export class AssertionError extends Error {
    constructor(message: string, options?: ErrorOptions);
  }

  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertFalse(expr: unknown, msg?: string): asserts expr is false | null | undefined | 0 | "";
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;

  /** Deep equality. */
  export function equal(a: unknown, b: unknown): boolean;
  /** Deep equality; the message shows the difference. */
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  /** `Object.is`: tells -0 from 0, and NaN is NaN. */
  export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
  export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;

  /** Without a tolerance: one part in 10 million of `expected`. */
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    msg?: string,
  ): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;

  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void;
  /** `expected` is a subset of `actual`. */
  export function assertObjectMatch(actual: object, expected: object, msg?: string): void;

  export function assertInstanceOf<T>(
    actual: unknown,
    expectedType: Class<T>,
    msg?: string,
  ): asserts actual is T;
  export function assertNotInstanceOf<A, T>(
    actual: A,
    unexpectedType: Class<T>,
    msg?: string,
  ): asserts actual is Exclude<A, T>;

  export function assertIsError<E extends Error = Error>(
    error: unknown,
    errorClass?: Class<E>,
    msgMatches?: string | RegExp,
    msg?: string,
  ): asserts error is E;

  /** Returns what was thrown. */
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    errorClass: Class<E>,
    msgIncludes?: string | RegExp,
    msg?: string,
  ): E;

  /** Resolves to what the promise was rejected with; a synchronous throw fails the assertion. */
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    errorClass: Class<E>,
    msgIncludes?: string | RegExp,
    msg?: string,
  ): Promise<E>;

  export function fail(msg?: string): never;
  export function unimplemented(msg?: string): never;
  export function unreachable(msg?: string): never;
}
