/** Several saved models that vote. */
import { type DataSet, type SplitAnswers, type SplitName, vote } from "@tributary/core";
import { UserError } from "@tributary/protocol";
import { loadDataSet } from "../data_sources/load_data_set.ts";
import { userPath } from "../data_sources/user_file.ts";
import { loadModel, type TrainedModel } from "./model_folder.ts";
import {
  type AnswerCounts,
  answersOver,
  countAnswers,
  evaluateAnswers,
  type ModelEvaluation,
} from "./saved_model.ts";

/** A saved model and where it is. */
export interface EnsembleMember {
  /** As the user named it. */
  name: string;
  model: TrainedModel;
}

/** How an ensemble does on a split: each of its models, and all of them together. */
export interface EnsembleEvaluation {
  models: ModelEvaluation[];
  vote: AnswerCounts;
}

/**
 * Loads one or more models that may vote together.
 *
 * @param names the folders that they were saved to, relative to where the user stood.
 * @throws {UserError} when one cannot be loaded, or two do not fit together, see {@link findMisfit}.
 */
export async function loadEnsemble(names: readonly string[], dataset?: string): Promise<EnsembleMember[]> {
  const members: EnsembleMember[] = [];
  for (const name of names) members.push({ name, model: await loadModel(userPath(name)) });
  const misfit = findMisfit(members, dataset);
  if (misfit !== null) throw new UserError(misfit, 2);
  return members;
}

/**
 * A sentence on why the models cannot vote, or null where they can. Their layers may differ, not what their answers mean.
 *
 * @param dataset what they will be asked about, if the user said so: then it does not matter what they were trained on.
 */
export function findMisfit(members: readonly EnsembleMember[], dataset?: string): string | null {
  const [first, ...others] = members;
  const known = new Map([[first.model.parametersSha256, first.name]]);
  for (const { name, model } of others) {
    const twin = known.get(model.parametersSha256);
    if (twin !== undefined) {
      return `Cannot let ${twin} and ${name} vote as they are the same model: train one of them with another --seed.`;
    }
    known.set(model.parametersSha256, name);
    const vain = `Cannot let ${first.name} and ${name} vote`;
    if (dataset === undefined && model.run.dataset !== first.model.run.dataset) {
      return `${vain} as they were trained on different data sets, ${first.model.run.dataset} and ${model.run.dataset}: ` +
        `choose models of one data set.`;
    }
    if (model.plan.outputs !== first.model.plan.outputs) {
      return `${vain} as they know different classes, ${first.model.plan.outputs} and ${model.plan.outputs} of them: ` +
        `choose models of one data set.`;
    }
  }
  return null;
}

/** Accuracy and confusion matrix of each model and of their vote. */
export function evaluateEnsemble(
  members: readonly EnsembleMember[],
  dataSet: DataSet,
  split: SplitName,
): EnsembleEvaluation {
  const { labels, count } = dataSet[split]!;
  const { classes } = dataSet;
  const all = members.map(({ model }) => answersOver(model, dataSet, split));
  const row = ({ outputs }: SplitAnswers, s: number) => outputs.subarray(s * classes, (s + 1) * classes);
  const answers = Array.from({ length: count }, (_, s) => vote(all.map((said) => row(said, s))).answer);
  return {
    models: all.map((said) => evaluateAnswers(said, labels, classes)),
    vote: countAnswers(answers, labels, classes),
  };
}

/**
 * Accuracy of the vote of saved models, over a split of the data set that they were trained on.
 *
 * @throws {UserError} when they do not fit together, or the data set cannot be loaded.
 */
export async function votedAccuracy(folders: readonly string[], split: SplitName): Promise<number> {
  const members = await loadEnsemble(folders);
  const dataSet = await loadDataSet(members[0].model.run.dataset);
  return evaluateEnsemble(members, dataSet, split).vote.accuracy;
}
