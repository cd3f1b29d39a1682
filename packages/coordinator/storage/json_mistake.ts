/** What is wrong with a text that is not JSON, and where. */

/**
 * One line about the error that `JSON.parse(text)` threw. V8 names no place for some mistakes, and quotes the text with its
 * line ends instead; then the place is looked for here.
 */
export function describeJsonMistake(text: string, error: Error): string {
  if (/\(line \d+ column \d+\)/.test(error.message)) return error.message;
  const position = firstMistake(text);
  const line = text.slice(0, position).split("\n").length;
  const column = position - text.lastIndexOf("\n", position - 1);
  const [found] = text.slice(position);
  const what = found === undefined ? "unexpected end" : `unexpected ${JSON.stringify(found)}`;
  return `${what} (line ${line} column ${column})`;
}

/** Position of the first character that ends every hope: the text up to it can still become JSON. */
function firstMistake(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canBecomeJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether only the rest is missing: the parser got to the end before it complained. */
function canBecomeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    const [, position] = message.match(/at position (\d+)/) ?? [];
    return position === undefined
      ? message === "Unexpected end of JSON input"
      : Number(position) >= text.length;
  }
}
