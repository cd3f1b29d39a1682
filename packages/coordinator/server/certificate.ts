/** The certificate of a coordinator that speaks TLS. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { UserError } from "@tributary/protocol";
import { userPath } from "../data_sources/user_file.ts";

/** Both as PEM text. */
export interface Certificate {
  /** The coordinator's own, then those of the authorities between it and a known one. */
  cert: string;
  key: string;
}

/**
 * Checks that a key belongs to a certificate.
 *
 * @param names of the files, for the sentence.
 * @throws {UserError} with exit code 2 when one of them is none, or they do not fit.
 */
export function checkCertificate({ cert, key }: Certificate, names: { cert: string; key: string }): void {
  const certificate = parse(cert, () => new X509Certificate(cert), names.cert, "a certificate in PEM");
  const privateKey = parse(
    key,
    () => createPrivateKey(key),
    names.key,
    "a private key in PEM, without a password",
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new UserError(
      `Cannot speak TLS as the key in ${names.key} does not belong to the certificate in ${names.cert}.`,
      2,
    );
  }
  if (Date.parse(certificate.validTo) < Date.now()) {
    throw new UserError(
      `Cannot speak TLS as the certificate in ${names.cert} ended at ${certificate.validTo}.`,
      2,
    );
  }
}

/**
 * Reads and checks what `--cert` and `--key` name.
 *
 * @returns null when both are missing.
 * @throws {UserError} with exit code 2 for anything that cannot work.
 */
export async function readCertificate(
  cert: string | undefined,
  key: string | undefined,
): Promise<Certificate | null> {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) {
    const [has, wants] = cert === undefined ? ["--key", "--cert"] : ["--cert", "--key"];
    throw new UserError(`Cannot speak TLS with ${has} alone: wanted ${wants} as well.`, 2);
  }
  const certificate = { cert: await read(cert), key: await read(key) };
  checkCertificate(certificate, { cert, key });
  return certificate;
}

async function read(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(userPath(file));
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new UserError(`Cannot speak TLS as ${file} cannot be read: ${why}.`, 2);
  }
}

function parse<T>(text: string, make: () => T, name: string, wanted: string): T {
  const error = new UserError(`Cannot speak TLS with ${name}: wanted ${wanted}.`, 2);
  if (!text.includes("-----BEGIN ")) throw error;
  try {
    return make();
  } catch {
    throw error;
  }
}
