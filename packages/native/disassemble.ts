/** What Debian's objdump makes of code: the oracle of the encodings. For tests only. */

/** Architectures, as they stand in the names of Debian's binutils, and what objdump needs to be told. */
const ARCHITECTURES = {
  x86_64: ["-m", "i386:x86-64", "-M", "intel"],
  aarch64: ["-m", "aarch64"],
};

/**
 * The instructions of the code, without addresses, one blank between words; or null where there is no objdump for that architecture,
 * which is an error where `CI` is "true". Debian's binutils-x86-64-linux-gnu and binutils-aarch64-linux-gnu have them.
 */
export async function disassemble(
  code: Uint8Array,
  architecture: keyof typeof ARCHITECTURES,
): Promise<string[] | null> {
  const path = await Deno.makeTempFile({ suffix: ".bin" });
  const objdump = `${architecture}-linux-gnu-objdump`;
  const args = ["-D", "-b", "binary", ...ARCHITECTURES[architecture], "--no-show-raw-insn", path];
  try {
    await Deno.writeFile(path, code);
    const { stdout, stderr, success } = await new Deno.Command(objdump, { args }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).split("\n")
      .filter((line) => /^\s+[0-9a-f]+:\t/.test(line))
      .map((line) => line.replace(/^\s+[0-9a-f]+:\t/, "").replace(/\s+/g, " ").trim());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || Deno.env.get("CI") === "true") throw error;
    console.warn(`*** ${objdump} IS MISSING: the encodings for ${architecture} are not tested here.`);
    return null;
  } finally {
    await Deno.remove(path);
  }
}
