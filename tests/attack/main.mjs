// The attack suite: every family against every surface of an OAuth-protected MCP server.
//
// URL=https://…/mcp node main.mjs attacks a server that runs; without URL, the connector is started in both sign-in modes.
// README.md has the settings.
import { appendFileSync } from "node:fs";

import { families } from "./families.mjs";
import { known } from "./known.mjs";
import { startConnector } from "./local.mjs";
import { count, markdown, problems, reasons, table, withKnown } from "./lib/report.mjs";
import { Server } from "./lib/server.mjs";
import { run } from "./lib/suite.mjs";

const { URL: url, KEY, SECOND_KEY, SIGN_IN, TOOLSETS } = process.env;
const { FAMILY, MODE, REASONS, SECONDS = "240", ATTACK_TABLE } = process.env;

const chosen = FAMILY ? families.filter(({ number }) => FAMILY.split(",").includes(`${number}`)) : families;

/** What was started, and must not outlive this program. */
const started = new Set();

async function stopAll() {
  const stopping = [...started].map(async (one) => (await one).stop());
  started.clear();
  await Promise.allSettled(stopping);
}

for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "uncaughtException"])
  process.once(event, async (cause) => {
    console.error(cause);
    await stopAll();
    process.exit(1);
  });

/** Attacks one server and prints what came of it: whether everything held. */
async function attack(title, facts, { strict, expected = [] }) {
  const begin = Date.now();
  const server = await Server.discover(facts);
  const onFamily = ({ family, ms }) =>
    process.stderr.write(`  ${family.number} ${family.name}: ${(ms / 1000).toFixed(1)} s\n`);
  const rows = await run(server, chosen, { seconds: Number(SECONDS), onFamily });
  const stale = withKnown(
    rows,
    expected.filter(({ family }) => chosen.some(({ number }) => number === family)),
  );
  const total = count(rows);
  console.log(`\n${title}: ${server.mcp}\n\n${table(rows)}\n`);
  if (REASONS) console.log(`${reasons(rows)}\n`);
  const found = problems(rows);
  if (found) console.log(`${found}\n`);
  for (const { family, name } of stale)
    console.log(`known.mjs says that family ${family} breaks at ${name}, and it does not`);
  const seconds = ((Date.now() - begin) / 1000).toFixed(1);
  const totals = `${title}: ${total.held} cases held, ${total.broken} broken, ${total.known} known, ${total.unjudged} not judged, ${total.late} not run; ${seconds} s`;
  console.log(totals);
  if (ATTACK_TABLE) appendFileSync(ATTACK_TABLE, markdown(title, rows, totals));
  return stale.length === 0 && total.broken === 0 && total.late === 0 && (!strict || total.unjudged === 0);
}

async function local() {
  let held = true;
  for (const mode of MODE ? [MODE] : ["portal", "api-key"]) {
    const connector = startConnector(mode);
    started.add(connector);
    try {
      const { facts } = await connector;
      held =
        (await attack(`sign_in = "${mode}"`, facts, {
          strict: true,
          expected: known.filter((row) => row.mode === mode),
        })) && held;
    } finally {
      await stopAll();
    }
  }
  return held;
}

function given() {
  const [email, password] = (SIGN_IN ?? "").split(" / ").map((part) => part.trim());
  const facts = {
    url,
    key: KEY,
    secondKey: SECOND_KEY,
    signIn: password ? { email, password } : undefined,
    toolsets: TOOLSETS,
  };
  if (!KEY && !facts.signIn)
    console.log("Without KEY and SIGN_IN no person can be simulated: cases that need one are not judged.");
  return attack("server", facts, { strict: false });
}

process.exit((await (url ? given() : local())) ? 0 : 1);
