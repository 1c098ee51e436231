// SPDX-License-Identifier: GPL-2.0-or-later
// / for the query, j and k for the next and the last answer, c for the citation of the one at hand.

const isTyping = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

function step(by) {
  const links = [...document.querySelectorAll(".hit .to, .changes a, .paragraph:has(mark) .number")];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus({ preventScroll: true });
  next?.closest("li, p")?.scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => {
    const box = document.getElementById("q");
    box.focus();
    box.select();
  },
  j: () => step(1),
  k: () => step(-1),
};

export function listenToKeys(copy) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "c") {
      const button = document.activeElement.closest(".hit, .paragraph")?.querySelector(".copy");
      if (button) copy(button);
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
