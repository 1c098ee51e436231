// SPDX-License-Identifier: GPL-2.0-or-later
// What the pages do besides, where scripts run: answers in place, copied citations, keys.
import { listenToKeys } from "./keys.js";

const inPlace = ".facets a, .tools a, .chips a, .paging a, .chart a, .suggestion a";
let latest = 0;

// Whatever a link is called, it is called so on the next page, too.
const nameOf = (link) =>
  link?.getAttribute("aria-label")?.split(":")[0] ??
  (link?.querySelector(".name") ?? link)?.textContent;

function offerCopies() {
  for (const button of document.querySelectorAll(".copy")) button.hidden = !navigator.clipboard;
}

function show(page, focused) {
  document.title = page.title;
  const main = page.querySelector("main");
  document.querySelector("main").replaceWith(main);
  document.querySelector("header").replaceWith(page.querySelector("header"));
  offerCopies();
  const links = [...main.querySelectorAll(inPlace)];
  const same = focused && links.find((link) => nameOf(link) === focused);
  (same ?? main).focus({ preventScroll: true });
}

// The newest answer counts, in whatever order they come; what fails is left to the browser.
async function go(address, { push, focused, top }) {
  const turn = ++latest;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const text = await answer.text();
    if (turn !== latest) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.querySelector("main")) throw new Error("no page");
    if (push) history.pushState(null, "", address);
    show(page, focused);
    if (top) scrollTo(0, 0);
  } catch {
    if (turn === latest) location.assign(address);
  }
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.citation);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => (button.textContent = "Copy citation"), 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  if (button) return void copy(button);
  const link = event.target.closest(inPlace);
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
  // In a drawing the address is an object.
  const address = link && new URL(link.getAttribute("href"), location);
  if (!link || !plain || event.defaultPrevented || address.pathname !== "/") return;
  event.preventDefault();
  go(address, { push: true, focused: nameOf(link), top: link.closest(".paging") !== null });
});

// The next query; from another page it leads to the one of answers, as it would without a script.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".ask") || location.pathname !== "/") return;
  event.preventDefault();
  const address = new URL(event.target.action);
  address.search = new URLSearchParams(new FormData(event.target));
  go(address, { push: true, top: true });
});

// Only those that came about here; what a link within the page leads to is the browser's.
let shown = location.pathname + location.search;
addEventListener("popstate", () => {
  const wanted = location.pathname + location.search;
  if (wanted !== shown || latest > 0) go(location.href, {});
  shown = wanted;
});

offerCopies();
listenToKeys(copy);
