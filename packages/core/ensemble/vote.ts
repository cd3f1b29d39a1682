/** Several networks that answer together (Nielsen, chapter 6, "Using an ensemble of networks"). */

/** What the networks say together. */
export interface Vote {
  /** The class that most of them named. */
  answer: number;
  /** How many named each class. */
  votes: number[];
  /** Mean output of each class over all of them. */
  meanOutputs: number[];
}

/**
 * The majority of the answers, where a network's answer is the class of its largest output (the lowest among equals). If several
 * classes have the most votes, the one of them with the largest mean output wins, and among equals there the lowest class.
 *
 * @param outputs of each network for the same sample, [classes] each. Means are f64 sums in this order, divided once.
 * @throws {RangeError} when there is no network, or the numbers of classes differ.
 */
export function vote(outputs: readonly ArrayLike<number>[]): Vote {
  const classes = outputs[0]?.length ?? 0;
  if (classes === 0) throw new RangeError("Cannot vote without any output: wanted at least one network's");
  const votes = new Array<number>(classes).fill(0);
  const sums = new Array<number>(classes).fill(0);
  for (const output of outputs) {
    if (output.length !== classes) {
      throw new RangeError(
        `Cannot vote as all networks must know the same classes: got ${classes} and ${output.length} outputs`,
      );
    }
    votes[largest(output)]++;
    for (let j = 0; j < classes; j++) sums[j] += output[j];
  }
  const meanOutputs = sums.map((sum) => sum / outputs.length);
  let answer = largest(votes);
  for (let j = answer + 1; j < classes; j++) {
    if (votes[j] === votes[answer] && meanOutputs[j] > meanOutputs[answer]) answer = j;
  }
  return { answer, votes, meanOutputs };
}

/** Position of the largest element; the lowest among equals. */
export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i] > values[best]) best = i;
  }
  return best;
}
