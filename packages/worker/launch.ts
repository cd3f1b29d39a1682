/** `deno task launch HOST... --url LINK`. */
import { UserError } from "@tributary/protocol";
import { Command, CommanderError } from "commander";
import { parseCoordinatorAddress } from "./coordinator_address.ts";
import { HostList, type Screen } from "./host_list.ts";
import { launchHosts } from "./launch_hosts.ts";

interface Options {
  url: string;
  ssh: string;
  deno: string;
}

const command = new Command("deno task launch")
  .description(
    "Starts a worker on each host through ssh, shows the last line of each, and stops them all on Ctrl-C.\n" +
      "The hosts need Deno and a way to the coordinator, and no checkout.",
  )
  .argument("<host...>", "as ssh knows them: name, user@name, or a Host of ~/.ssh/config")
  .requiredOption(
    "--url <link>",
    "the link that the coordinator printed, under an address that the hosts can reach; its token may be given as " +
      "TRIBUTARY_TOKEN in the environment instead",
  )
  .option("--ssh <command>", "what to start instead of ssh, with its first options", "ssh")
  .option("--deno <command>", "what starts Deno on the hosts, such as ~/.deno/bin/deno", "deno")
  .showHelpAfterError("(--help lists the options)")
  .exitOverride();

const screen: Screen = {
  isTerminal: Deno.stderr.isTerminal(),
  write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  size: () => Deno.consoleSize(),
};

async function main(): Promise<number> {
  const controller = new AbortController();
  try {
    command.parse(Deno.args, { from: "user" });
    const { url, ssh, deno } = command.opts<Options>();
    const hosts: string[] = command.processedArgs[0];
    const wrong = hosts.find((host) => !/^[^-\s]\S*$/.test(host));
    if (wrong !== undefined) {
      throw new UserError(`Cannot start a worker on ${JSON.stringify(wrong)}: wanted the name of a host.`, 2);
    }
    const address = parseCoordinatorAddress(url);
    const token = address.token ?? Deno.env.get("TRIBUTARY_TOKEN");
    if (!token) {
      throw new UserError(
        "Cannot start workers without the token to work: give the whole link, with what stands behind its #.",
        2,
      );
    }
    const stop = () => controller.abort();
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
    const list = new HostList(screen, hosts);
    const ends = await launchHosts({
      hosts,
      address,
      token,
      ssh: ssh.split(" ").filter((word) => word !== ""),
      deno,
      signal: controller.signal,
      say: (host, line) => list.say(host, line),
    });
    const failed = ends.filter(({ code }) => code !== 0);
    for (const { host, code, reason } of failed) {
      screen.write(`The worker on ${host} failed (exit code ${code}): ${reason}\n`);
    }
    if (failed.length > 0) return 1;
    return controller.signal.aborted ? 130 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}

Deno.exit(await main());
