// Prints how long the app takes from its start to the first answer of the MCP endpoint: the median of five starts.
import { startApp } from "./app.mjs";
import { post } from "./message.mjs";

const STARTS = 5;

const times = [];
for (let start = 0; start < STARTS; start += 1) {
  const begin = performance.now();
  const app = await startApp();
  const response = await post(app, { method: "ping" });
  await response.text();
  times.push(performance.now() - begin);
  await app.stop();
  if (response.status !== 200) throw new Error(`the first answer was ${response.status}`);
}
times.sort((a, b) => a - b);
console.log(`time to first answer: ${Math.round(times[(STARTS - 1) / 2])} ms (median of ${STARTS} starts)`);
