/** What Debian's objdump makes of code: the oracle of the encodings. For tests only. */

/**
 * The instructions of the code, without addresses, one blank between words; or null where there is no objdump, which is an error
 * where `CI` is "true". `architecture` is objdump's: "i386:x86-64" or "aarch64".
 */
export async function disassemble(code: Uint8Array, architecture: string): Promise<string[] | null> {
  const path = await Deno.makeTempFile({ suffix: ".bin" });
  try {
    await Deno.writeFile(path, code);
    const args = ["-D", "-b", "binary", "-m", architecture, "--no-show-raw-insn"];
    if (architecture.startsWith("i386")) args.push("-M", "intel");
    const { stdout, stderr, success } = await new Deno.Command("objdump", { args: [...args, path] }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).split("\n")
      .filter((line) => /^\s+[0-9a-f]+:\t/.test(line))
      .map((line) => line.replace(/^\s+[0-9a-f]+:\t/, "").replace(/\s+/g, " ").trim());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || Deno.env.get("CI") === "true") throw error;
    return null;
  } finally {
    await Deno.remove(path);
  }
}
