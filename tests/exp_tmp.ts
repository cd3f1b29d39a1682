import { launchChromium } from "./support/chromium.ts";
import { printedLinks } from "./support/join_links.ts";
import { RunningTask } from "./support/processes.ts";
import { Peer } from "./support/peer.ts";
const b = await launchChromium();
async function one(kind: string, args: string[]) {
  await using c = RunningTask.start("coordinator", ["--port","0","--epochs","200", ...args]);
  const links = await printedLinks(c);
  await using w = await Peer.open(`ws://127.0.0.1:${links.port}/watch`);
  w.send('{"type":"watch","token":null}');
  await w.next();
  const t = Date.now();
  let dispose: () => unknown;
  if (kind==="checkout") { const k = RunningTask.start("worker",[links.link]); dispose=()=>k[Symbol.asyncDispose](); }
  else if (kind==="served") { const d = await Deno.makeTempDir(); const k = RunningTask.command(links.program,{env:{DENO_DIR:d}}); dispose=async()=>{await k[Symbol.asyncDispose](); await Deno.remove(d,{recursive:true})}; }
  else { const p = await b.newPage(); await p.goto(links.browser); dispose=()=>p.close();
    if (kind==="shot") { await p.setViewportSize({width:900,height:560}); await p.waitForTimeout(2500); await p.screenshot({path:"/tmp/joinexp/join.png"}); await p.emulateMedia({colorScheme:"dark"}); await p.setViewportSize({width:390,height:700}); await p.screenshot({path:"/tmp/joinexp/join_dark.png"});
      const d = await b.newPage({viewport:{width:1280,height:900}}); await d.goto(`http://127.0.0.1:${links.port}/`); await d.waitForTimeout(1000); await d.screenshot({path:"/tmp/joinexp/dash.png",fullPage:true}); await d.setViewportSize({width:390,height:800}); await d.screenshot({path:"/tmp/joinexp/dash_s.png",fullPage:true}); } }
  let first=0, n=0, u, last:any;
  const until = Date.now()+ 5000;
  while (Date.now()<until) { u = await w.next(); if (u.steps.at.length && !first) first=u.steps.at[0]-t; n+=u.steps.at.length; if(u.workers.length) last=u.workers[0]; }
  console.log(kind, args.join(" "), "first answer", first, "ms; steps", n, "in", ((Date.now()-t-first)/1000).toFixed(1), "s; computeMs/step", (last.computeMs/n).toFixed(2), "leaves", last.leaves);
  await dispose();
}
for (const k of Deno.args) await one(k, []);
await one("browser", ["--batch-size","256"]); await one("checkout", ["--batch-size","256"]);
await b.close();
