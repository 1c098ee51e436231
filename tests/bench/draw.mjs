// SPDX-License-Identifier: GPL-2.0-or-later
// How long after tipserve's answer a browser has drawn it: node draw.mjs ADDRESS CHROMIUM
//
// Of a page that is opened: from the last byte of its answer to the first paint of its content. Of
// one on which a count is chosen, or the next query asked: from the last byte of what is fetched to
// the end of the first frame behind the change. Milliseconds, the median and the worst of some queries.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { chromium } = require("playwright-core");
const [address, executablePath] = process.argv.slice(2);
const base = address.replace(/\/$/, "");
const queries = ["police", "police corruption", "forced labor", "children", "border guards",
  "\"debt bondage\"", "prosecut*", "shelter victims", "women girls", "migrant workers",
  "government efforts", "mining", "fishing vessels", "identity documents", "courts convicted",
  "labor inspectors", "awareness campaign", "refugees", "domestic servitude", "law enforcement"];

// The end of the frame that shows a change: a task that was made while it was made ready.
const watchFrames = () => {
  window.drawn = new Promise((resolve) => {
    new MutationObserver((changes, observer) => {
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    }).observe(document.body, { childList: true });
  });
};

async function opened(page, query) {
  await page.goto(`${base}/?q=${encodeURIComponent(query)}`, { waitUntil: "load" });
  return page.evaluate(async () => {
    const [paint] = await new Promise((resolve) => new PerformanceObserver((list, observer) => {
      const found = list.getEntriesByName("first-contentful-paint");
      if (found.length) observer.disconnect(), resolve(found);
    }).observe({ type: "paint", buffered: true }));
    const [asked] = performance.getEntriesByType("navigation");
    return { served: asked.responseEnd - asked.requestStart,
      drawn: paint.startTime - asked.responseEnd };
  });
}

// What `act` makes the page fetch and show.
async function changed(page, act) {
  await page.evaluate(watchFrames);
  await act();
  return page.evaluate(async () => {
    const end = await window.drawn;
    const asked = performance.getEntriesByType("resource")
      .findLast((entry) => entry.initiatorType === "fetch");
    return { served: asked.responseEnd - asked.requestStart, drawn: end - asked.responseEnd };
  });
}

const narrowed = (page) => changed(page, () => page.locator(".facet a").first().click());

async function asked(page, query) {
  const box = page.locator(".ask input[name=q]");
  await box.fill(query);
  return changed(page, () => box.press("Enter"));
}

const report = (what, times) => {
  for (const kind of ["served", "drawn"]) {
    const sorted = times.map((time) => time[kind]).sort((a, b) => a - b);
    console.log(`${what}, ${kind}: median ${sorted[sorted.length >> 1].toFixed(1)} ms, ` +
      `worst ${sorted.at(-1).toFixed(1)} ms of ${sorted.length}`);
  }
};

const browser = await chromium.launch({ executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage();
await opened(page, queries[0]);
const times = { opened: [], narrowed: [], asked: [] };
for (const query of queries) {
  times.opened.push(await opened(page, query));
  times.narrowed.push(await narrowed(page));
  times.asked.push(await asked(page, `${query} report`));
}
await browser.close();
report("a page is opened", times.opened);
report("a count is chosen", times.narrowed);
report("a query is asked", times.asked);
