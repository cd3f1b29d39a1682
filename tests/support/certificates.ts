/** Certificates for tests, made by `openssl` when they are needed. */

/** Files in a folder of their own. */
export interface Certificates extends AsyncDisposable {
  /** Of the authority, which nobody knows. */
  ca: string;
  /** Of a server on 127.0.0.1 and localhost, signed by the authority. */
  cert: string;
  key: string;
  /** The key of nothing. */
  otherKey: string;
}

/** Whether they can be made here. */
export const HAS_OPENSSL: boolean = await openssl(["version"]).then(() => true, () => false);

/** A test that needs certificates; says so where it cannot run. */
export function tlsTest(name: string, test: (files: Certificates) => Promise<void>): void {
  if (!HAS_OPENSSL) console.error(`NOT TESTED, as there is no openssl: ${name}`);
  Deno.test({
    name,
    ignore: !HAS_OPENSSL,
    fn: async () => {
      await using files = await makeCertificates();
      await test(files);
    },
  });
}

async function makeCertificates(): Promise<Certificates> {
  const folder = await Deno.makeTempDir({ prefix: "tributary-tls-" });
  const file = (name: string) => `${folder}/${name}.pem`;
  const [ca, caKey, cert, key, request, otherKey] = ["ca", "ca-key", "cert", "key", "request", "other"].map(
    file,
  );
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl([
    ...["req", "-x509", ...newKey, "-keyout", caKey, "-out", ca, "-days", "2", "-subj", "/CN=test authority"],
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
  ]);
  await openssl([
    ...["req", ...newKey, "-keyout", key, "-out", request, "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
  ]);
  await openssl([
    ...["x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2"],
    ...["-copy_extensions", "copy", "-out", cert],
  ]);
  await openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", otherKey]);
  return {
    ...{ ca, cert, key, otherKey },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function openssl(args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, stdin: "null" }).output();
  if (!success) throw new Error(`openssl ${args[0]} failed: ${new TextDecoder().decode(stderr)}`);
}
