/** `deno task predict MODEL... PICTURE...`: what a saved model says of pictures, or several that vote. */
import { type GrayPicture, largest, toInput, type Vote, vote } from "@tributary/core";
import { stringify, UserError } from "@tributary/protocol";
import { command, runCommand } from "../process/command_line.ts";
import { readUserFile, userPath } from "../data_sources/user_file.ts";
import { decodePicture } from "../images/decode_picture.ts";
import { loadEnsemble } from "../storage/ensemble.ts";
import { predictWith } from "../storage/saved_model.ts";
import { formatAccuracy } from "../process/terminal.ts";

await runCommand(async () => {
  const parsed = command(
    "predict",
    "What a saved model says of pictures (PNG or PGM) of one digit or thing each; several models vote.",
  )
    .argument("<model>", "the folder that a run was saved to")
    .argument(
      "<pictures...>",
      "pictures; they are brought to the size and the look of the training pictures. Folders before them are more models",
    )
    .option("--json", "write one JSON object per picture to standard output")
    .parse(Deno.args, { from: "user" });
  const { json } = parsed.opts<{ json?: true }>();
  const [first, others] = parsed.processedArgs as [string, string[]];
  const pictureAt = others.findIndex((name) => !isFolder(name));
  if (pictureAt < 0) {
    throw new UserError("Cannot predict as no picture was given: wanted a PNG or PGM file.", 2);
  }
  const members = await loadEnsemble([first, ...others.slice(0, pictureAt)]);
  for (const name of others.slice(pictureAt)) {
    const picture = await readPicture(name);
    const outputs = members.map(({ model }) => predictWith(model, inputOf(picture, model.run.model.input)));
    const said = vote(outputs);
    if (json) {
      const { answer, votes } = said;
      const details = members.length === 1 ? { outputs: [...outputs[0]] } : {
        votes,
        outputs: said.meanOutputs,
        models: outputs.map((own, i) => ({
          folder: members[i].name,
          answer: largest(own),
          outputs: [...own],
        })),
      };
      console.log(stringify({ picture: name, answer, ...details }));
    } else {
      console.log(`${name}: ${said.answer}  (${describe(said, members.length)})`);
    }
  }
  return 0;
});

function isFolder(name: string): boolean {
  try {
    return Deno.statSync(userPath(name)).isDirectory;
  } catch {
    return false; // Reading it will say why.
  }
}

/** @throws {UserError} when it is no picture that can be read. */
async function readPicture(name: string): Promise<GrayPicture> {
  const bytes = await readUserFile(userPath(name));
  return orSentence(() => decodePicture(bytes, name));
}

/** @throws {UserError} when the model does not take pictures, or this one shows nothing. */
function inputOf(picture: GrayPicture, shape: readonly number[]): Uint8Array {
  return orSentence(() => toInput(picture, shape));
}

function orSentence<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) throw new UserError(error.message, 2);
    throw error;
  }
}

/** The votes, and the mean outputs as a person wants them: the answer's first, then the best others as far as they matter. */
function describe({ answer, votes, meanOutputs }: Vote, models: number): string {
  const ranked = meanOutputs.map((output, label) => ({ output, label })).sort((a, b) => b.output - a.output);
  const others = ranked.filter(({ label, output }) => label !== answer && output >= 0.01).slice(0, 2);
  const rest = others.map(({ label, output }) => `, then ${label} with ${formatAccuracy(output)}`);
  const all = models === 1 ? "output" : `${votes[answer]} of ${models} votes, mean output`;
  return `${all} ${formatAccuracy(meanOutputs[answer])}${rest.join("")}`;
}
