/** A real sshd on a free port of loopback, with keys of its own; for tests of what goes through ssh. */
import { within } from "./within.ts";

const SSHD = "/usr/sbin/sshd";
const PRIVILEGE_SEPARATION = "/run/sshd";

/** A server that knows one host, `box`. */
export interface SshServer extends AsyncDisposable {
  /** For `ssh -F`. */
  config: string;
}

/** Registers a test that needs sshd. */
export function sshTest(name: string, fn: () => Promise<void>): void {
  const isMissing = !canServe();
  if (isMissing) {
    console.error(`\n*** NOT TESTED, as it needs root and ${SSHD} (Debian's openssh-server): ${name}\n`);
  }
  Deno.test({ name, ignore: isMissing, fn });
}

/** Starts a server that lets this user in by a key that was made for it. */
export async function makeSshServer(): Promise<SshServer> {
  const folder = await Deno.makeTempDir({ prefix: "tributary-ssh-" });
  const path = (name: string) => `${folder}/${name}`;
  await Deno.mkdir(PRIVILEGE_SEPARATION, { recursive: true });
  for (const name of ["host_key", "user_key"]) {
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(name));
  }
  const port = freePort();
  const user = (await run("id", "-un")).trim();
  await Deno.writeTextFile(
    path("sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${path("host_key")}`,
      `PidFile ${path("sshd.pid")}`,
      `AuthorizedKeysFile ${path("user_key.pub")}`,
      "StrictModes no",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
      "UsePAM no",
    ].join("\n"),
  );
  const [type, key] = (await Deno.readTextFile(path("host_key.pub"))).split(" ");
  await Deno.writeTextFile(path("known_hosts"), `[127.0.0.1]:${port} ${type} ${key}\n`);
  await Deno.writeTextFile(
    path("config"),
    [
      "Host box",
      "  HostName 127.0.0.1",
      `  Port ${port}`,
      `  User ${user}`,
      `  IdentityFile ${path("user_key")}`,
      "  IdentitiesOnly yes",
      `  UserKnownHostsFile ${path("known_hosts")}`,
    ].join("\n"),
  );
  const server = new Deno.Command(SSHD, {
    args: ["-D", "-e", "-f", path("sshd_config")],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const listening = Promise.withResolvers<void>();
  const reading = (async () => {
    let text = "";
    for await (const part of server.stderr.pipeThrough(new TextDecoderStream())) {
      if ((text += part).includes("Server listening")) listening.resolve();
    }
    listening.reject(new Error(`sshd ended: ${text}`));
  })();
  await within(listening.promise, "sshd");
  return {
    config: path("config"),
    async [Symbol.asyncDispose]() {
      server.kill("SIGTERM");
      await server.status;
      await reading;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function canServe(): boolean {
  try {
    return Deno.uid() === 0 && Deno.statSync(SSHD).isFile;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
