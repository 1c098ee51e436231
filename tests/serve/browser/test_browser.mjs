// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of tipserve in a browser: node test_browser.mjs ADDRESS CHROMIUM [FOLDER]
// Screenshots go to FOLDER, when one is named.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

// What npm has installed lies in the folder that the test is run in.
const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const [address, executablePath, folder] = process.argv.slice(2);
const base = address.replace(/\/$/, "");

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(() => browser.close());

// Runs a test in a page of its own, which must not complain of anything.
async function withPage(options, path, work) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) =>
    request.url().startsWith(base) || complaints.push("asked elsewhere: " + request.url()));
  await page.goto(base + path);
  try {
    await work(page, context);
  } finally {
    await context.close();
  }
  // A status of 400 is told on the console.
  assert.deepEqual(complaints.filter((text) => !text.includes("400 (Bad Request)")), []);
}

const total = async (page) =>
  Number((await page.locator(".total strong").textContent()).replaceAll(",", ""));
const api = async (page, path) => (await page.request.get(base + path)).json();

test("a query is asked, and the answers are those of the API", () =>
  withPage({}, "/", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("police corruption");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=police\+corruption$/);
    const answer = await api(page, "/api/search?q=police+corruption");
    assert.equal(await total(page), answer.total);
    assert.equal(await page.locator(".hit").count(), answer.hits.length);
    assert.equal(await page.locator(".hit .snippet").first().textContent(), answer.hits[0].snippet);
    assert.equal(await page.title(), "police corruption – tipsearch");
    await page.evaluate(() => (window.stayed = true));
    await page.locator(".ask input[name=q]").fill("shelter");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=shelter$/);
    assert.equal(await total(page), (await api(page, "/api/search?q=shelter")).total);
    assert.equal(await page.evaluate(() => window.stayed), true);
  }));

test("facets narrow in place, several at once, and the address tells it", () =>
  withPage({}, "/?q=police", async (page) => {
    await page.evaluate(() => (window.stayed = true));
    const all = await total(page);
    await page.locator(".facet").getByRole("link", { name: /^Kenya/ }).click();
    await page.waitForURL(/country=Kenya/);
    await page.locator(".chips").waitFor();
    const one = await total(page);
    assert.ok(one > 0 && one < all);
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^Kenya/);
    await page.locator(".facet").getByRole("link", { name: /^Thailand/ }).click();
    await page.waitForURL(/country=Thailand/);
    await page.locator(".chips li:nth-child(2)").waitFor();
    const two = await total(page);
    assert.ok(two > one && two < all);
    assert.equal(await page.locator(".facet a[aria-current]").count(), 2);
    assert.ok(await page.evaluate(() => window.stayed), "the page was loaded anew");
    await page.goBack();
    await page.waitForFunction((count) => document.querySelector(".total strong").textContent ==
      count, String(one));
    await page.reload();
    assert.equal(await total(page), one);
    await page.locator(".chips a").first().click();
    await page.waitForURL((url) => !url.search.includes("country"));
    await page.waitForFunction((count) => document.querySelector(".total strong").textContent ==
      count, String(all));
  }));

test("countries that are mentioned narrow as the others do", () =>
  withPage({}, "/?q=labor", async (page) => {
    const { facets } = await api(page, "/api/facets?q=labor&facet=mentions");
    const [first, second] = facets.mentions;
    const facet = page.locator(".facet", { has: page.getByRole("heading", { name: "Mentions" }) });
    await facet.getByRole("link", { name: first.value }).click();
    await page.waitForURL(/mentions=/);
    await page.waitForFunction((count) => document.querySelector(".total strong").textContent ==
      count, String(first.count));
    await facet.getByRole("link", { name: second.value }).click();
    await page.locator(".chips li:nth-child(2)").waitFor();
    const either = await api(page, "/api/search?q=labor&limit=0&mentions=" +
      encodeURIComponent(first.value) + "&mentions=" + encodeURIComponent(second.value));
    assert.equal(await total(page), either.total);
    assert.ok(either.total > first.count);
  }));

test("a bar of the chart is a year", () =>
  withPage({}, "/?q=children", async (page) => {
    await page.locator(".bar[aria-label^='2013:']").click();
    await page.waitForURL(/year=2013/);
    await page.locator(".bar[aria-current]").waitFor();
    const answer = await api(page, "/api/search?q=children&year=2013");
    assert.equal(await total(page), answer.total);
  }));

test("an answer leads to its report, where it is marked", () =>
  withPage({}, "/?q=police", async (page) => {
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("#here mark").first().waitFor();
    assert.ok(await page.locator("#here").isVisible());
    assert.ok((await page.locator(".paragraph").count()) > 3);
  }));

test("queries are compared by year", () =>
  withPage({}, "/trend?q=police", async (page) => {
    await page.getByLabel("Query 2").fill("children");
    await page.getByLabel("per 10,000 words").check();
    await page.getByRole("button", { name: "Draw" }).click();
    await page.waitForURL(/q=children.*shares=1/);
    assert.equal(await page.locator(".chart path").count(), 2);
    const trend = (await api(page, "/api/trend?q=children")).trend;
    const cells = await page.locator("tbody tr td:nth-child(3)").allTextContents();
    assert.equal(cells.length, trend.length);
    for (const [i, year] of trend.entries())
      assert.ok(Math.abs(Number(cells[i]) / (year.per_10000_words || 1) - 1) < 0.001 ||
        year.per_10000_words === 0, String(year.year));
  }));

test("a country has its tiers, and what changed from year to year", () =>
  withPage({}, "/countries", async (page) => {
    await page.getByRole("link", { name: /^Uzbekistan/ }).click();
    const tiers = (await api(page, "/api/tiers?country=uzbekistan")).tiers;
    assert.equal(await page.locator(".years tbody tr").count(), tiers.length);
    await page.getByRole("link", { name: "changes since" }).first().click();
    assert.ok((await page.locator("ins, del").count()) > 0);
    await page.getByLabel("Years").fill("2013..2015");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("heading", { name: "2014 to 2015" }).waitFor();
  }));

test("a query that cannot be read is shown with the place", () =>
  withPage({}, "/?q=police+near/x+border", async (page) => {
    assert.equal(await page.locator("#place").count(), 1);
    assert.ok(await page.getByRole("alert").isVisible());
    assert.equal(await page.getByRole("searchbox").inputValue(), "police near/x border");
  }));

test("a citation is copied", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, "/?q=police", async (page) => {
    await page.getByRole("button", { name: "Copy citation" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const id = (await api(page, "/api/search?q=police&limit=1")).hits[0].id;
    assert.ok((await page.evaluate(() => navigator.clipboard.readText())).includes(id));
  }));

test("answers are saved as a file", () =>
  withPage({}, "/?q=police", async (page) => {
    const [download] = await Promise.all([page.waitForEvent("download"),
      page.getByRole("link", { name: "csv" }).click()]);
    const rows = readFileSync(await download.path(), "utf-8").trim().split("\r\n");
    assert.equal(rows.length, 1 + (await total(page)));
  }));

/* By the keyboard: where there are no scripts, the driver cannot tell whether what it would click
 * still moves, and may wait for ever. */
async function follow(page, target) {
  const loaded = page.waitForEvent("load");
  await target.press("Enter");
  await loaded;
}

test("all of it works without scripts", () =>
  withPage({ javaScriptEnabled: false }, "/", async (page) => {
    await page.getByRole("searchbox").fill("police");
    await follow(page, page.getByRole("button", { name: "Search" }));
    const all = await total(page);
    await follow(page, page.locator(".facet").getByRole("link", { name: /^Kenya/ }));
    const one = await total(page);
    assert.ok(one > 0 && one < all);
    assert.equal(await page.getByRole("button", { name: "Copy citation" }).count(), 0);
    await follow(page, page.locator(".hit .to").first());
    assert.ok((await page.locator("#here mark").count()) > 0);
    await follow(page, page.getByRole("link", { name: "all years" }));
    await follow(page, page.getByRole("link", { name: "changes since" }).first());
    assert.ok((await page.locator("ins, del").count()) > 0);
  }));

test("on paper stands what was asked, and nothing to press", () =>
  withPage({}, "/?q=police+corruption", async (page) => {
    await page.emulateMedia({ media: "print" });
    const title = await page.getByRole("heading", { name: "police corruption" }).boundingBox();
    assert.ok(title.height > 10 && title.width > 100);
    assert.equal(await page.locator("button:visible, input:visible, .facets:visible").count(), 0);
    assert.ok(await page.locator(".hit mark").first().isVisible());
  }));

test("the first view is small, and an answer is drawn soon", () =>
  withPage({}, "/?q=police", async (page) => {
    const bytes = await page.evaluate(() => performance.getEntries()
      .reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0));
    assert.ok(bytes > 5000 && bytes < 150 * 1024, String(bytes));
    console.log(`# the first view takes ${bytes} bytes`);
  }));

const pages = { home: "/", search: "/?q=police+corruption&country=Kenya&country=Ukraine",
  report: "/report/2020/KGZ/prosecution/2?q=police", country: "/country?country=russia&q=forced",
  changes: "/changes?country=uzbekistan&year=2013..2015", error: "/?q=near/x",
  trend: "/trend?q=police&q=children&q=border" };
// In other colours only the contrast can be another one, and on a narrow screen what hides.
const looks = [
  ["light", "light", 1280, {}],
  ["dark", "dark", 1280, { runOnly: ["color-contrast"] }],
  ["narrow", "light", 360,
    { runOnly: ["scrollable-region-focusable", "target-size", "label", "link-name"] }],
];
for (const [name, path] of Object.entries(pages)) {
  test(`everyone can use the page: ${name}`, () =>
    withPage({}, path, async (page) => {
      await page.evaluate(axe);
      for (const [look, colorScheme, width, rules] of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 740 });
        if (folder) await page.screenshot({ path: `${folder}/${name}-${look}.png` });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${look}: ${wide} too wide`);
        const { violations } = await page.evaluate((given) => window.axe.run(given), rules);
        assert.deepEqual(violations.map((each) => [look, each.id, each.nodes[0].html]), []);
      }
    }));
}
