/** Tries what a program from a coordinator must not do, and prints how each try ended. */

const [own, elsewhere] = Deno.args;

async function attempt(action: () => unknown): Promise<string> {
  try {
    await action();
    return "ok";
  } catch (error) {
    return (error as Error).name;
  }
}

console.log(JSON.stringify({
  own: await attempt(() => fetch(own).then((response) => response.text())),
  elsewhere: await attempt(() => fetch(elsewhere).then((response) => response.text())),
  listen: await attempt(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close()),
  read: await attempt(() => Deno.readTextFile("/etc/hostname")),
  write: await attempt(() => Deno.writeTextFile("/tmp/tributary-probe", "")),
  env: await attempt(() => Deno.env.get("HOME")),
  hostname: await attempt(() => Deno.hostname()),
  run: await attempt(() => new Deno.Command("true").output()),
}));
