// Lints the list of tools by the deterministic part of Glama's rubric (PyPI tdqs): every finding must be accepted
// below, with a reason.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { startApp } from "../tools/app.mjs";
import { python } from "../tools/paths.mjs";
import { operations } from "./document.mjs";

// Accepted findings, each with its reason.
const JUDGED = new Map([
  // The linter compares how much two tools ask to be filled in, not what they do; these pairs have nothing in common.
  ["shadow-candidate tokportal_configure_bundle_video", "tokportal_create_analytics_report"],
  ["shadow-candidate tokportal_batch_configure_bundle_videos", "tokportal_configure_bundle_account"],
  ["shadow-candidate tokportal_reactivate_account_coverage", "tokportal_create_analytics_report"],
]);

let app;
before(async () => (app = await startApp()));
after(() => app?.stop());

test("tdqs lint has no finding without a reason", async () => {
  const args = ["-m", "tdqs", "lint", "--url", app.mcp, "--header", `Authorization: Bearer ${app.key}`];
  const { stdout } = await promisify(execFile)(python, [...args, "--format", "json", "--fail-on", "never"], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const { findings, server } = JSON.parse(stdout);
  assert.equal(server.toolCount, operations.length);
  const judged = ({ rule, tool, message }) => {
    const about = JUDGED.get(`${rule} ${tool}`);
    return about !== undefined && message.includes(about);
  };
  const left = findings.filter((finding) => !judged(finding));
  console.log(`tdqs: ${findings.length} findings, ${left.length} of them not judged`);
  assert.deepEqual(left.map(({ severity, message }) => `${severity}: ${message}`), []);
  assert.equal(findings.length, JUDGED.size, "an accepted finding that no longer occurs must be removed");
});
