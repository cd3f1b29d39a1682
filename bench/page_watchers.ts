/**
 * So many pages' sockets that read all that they get, for `page_bench.ts`. Says so when all have been told of STEPS steps.
 *
 *     deno run -N bench/page_watchers.ts URL COUNT STEPS
 */
import { encodeWatchRequest } from "../packages/protocol/mod.ts";

const [url, count, steps] = Deno.args;
let waiting = Number(count);
for (let i = 0; i < Number(count); i++) {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(encodeWatchRequest({ type: "watch", token: null }));
  let told = 0;
  socket.onmessage = ({ data }) => {
    if (told >= Number(steps)) return;
    told += typeof data === "string" ? JSON.parse(data).steps.step.length : data.byteLength / 48;
    if (told >= Number(steps) && --waiting === 0) console.log("all");
  };
}
