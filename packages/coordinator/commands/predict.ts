/** `deno task predict CHECKPOINT IMAGE...`: what a saved model says of pictures. */
import { stringify, UserError } from "@tributary/protocol";
import { command, runCommand } from "../process/command_line.ts";
import { readUserFile, userPath } from "../data_sources/user_file.ts";
import { decodePicture } from "../images/decode_picture.ts";
import { toInput } from "../images/to_input.ts";
import { loadModel } from "../storage/model_folder.ts";
import { largest, predict } from "../storage/saved_model.ts";
import { formatAccuracy } from "../process/terminal.ts";

await runCommand(async () => {
  const parsed = command(
    "predict",
    "What a saved model says of pictures (PNG or PGM) of one digit or thing each.",
  )
    .argument("<model>", "the folder that a run was saved to")
    .argument("<pictures...>", "pictures; they are brought to the size and the look of the training pictures")
    .option("--json", "write one JSON object per picture to standard output")
    .parse(Deno.args, { from: "user" });
  const { json } = parsed.opts<{ json?: true }>();
  const [folder, pictures] = parsed.processedArgs as [string, string[]];
  const model = await loadModel(userPath(folder));
  for (const picture of pictures) {
    const outputs = predict(model, await readInput(picture, model.run.model.input));
    const answer = largest(outputs);
    console.log(
      json
        ? stringify({ picture, answer, outputs: [...outputs] })
        : `${picture}: ${answer}  (${describe(outputs, answer)})`,
    );
  }
  return 0;
});

/** @throws {UserError} when it is no picture that can be read. */
async function readInput(picture: string, shape: readonly number[]): Promise<Uint8Array> {
  const bytes = await readUserFile(userPath(picture));
  try {
    return toInput(decodePicture(bytes, picture), shape);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) throw new UserError(error.message, 2);
    throw error;
  }
}

/** The outputs as a person wants them: the best first, as far as they matter. */
function describe(outputs: Float32Array, answer: number): string {
  const ranked = [...outputs].map((output, label) => ({ output, label })).sort((a, b) => b.output - a.output);
  const others = ranked.filter(({ label, output }) => label !== answer && output >= 0.01).slice(0, 2);
  const rest = others.map(({ label, output }) => `, then ${label} with ${formatAccuracy(output)}`);
  return `output ${formatAccuracy(outputs[answer])}${rest.join("")}`;
}
