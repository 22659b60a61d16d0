// Takes the pictures of the pages for docs/hosts.md (docs/images), and draws the icon of the site (favicon.mjs).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../tools/paths.mjs";
import "./favicon.mjs";
import { withPalette } from "./png.mjs";
import { startVisit } from "./visit.mjs";

const FOLDER = join(root, "docs", "images");
const MAX_BYTES = 60_000;
const VIEWPORT = { width: 480, height: 640 };

mkdirSync(FOLDER, { recursive: true });
const visit = await startVisit();
try {
  await visit.inTab({ viewport: VIEWPORT, colorScheme: "light" }, async (page) => {
    const take = async (name) => {
      const picture = await withPalette(page, await page.screenshot({ fullPage: true }));
      if (picture.length > MAX_BYTES) throw new Error(`${name}.png has ${picture.length} bytes`);
      writeFileSync(join(FOLDER, `${name}.png`), picture);
      console.log(`${name}.png: ${picture.length} bytes`);
    };
    await page.goto(visit.app.mcp);
    await page.getByText("Claude Code", { exact: true }).click();
    await page.evaluate(() => getSelection().empty());
    await take("welcome");
    const connection = await visit.connect(page, async () => {
      await take("sign-in");
      await visit.signIn(page);
      await page.getByRole("button", { name: /^authorize/i }).waitFor();
      await take("consent");
      await visit.authorize(page, /^read-only/i);
    });
    await connection.close();
    await page.goto(`${visit.app.url}/portal/developer/api-keys`);
    await take("api-keys");
    await page.goto(`${visit.app.url}/authorize?client_id=unknown&redirect_uri=${visit.callback.url}`);
    await take("error");
  });
} finally {
  await visit.stop();
}
