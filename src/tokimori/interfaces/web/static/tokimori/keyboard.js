// The hour at the desk: arrows in tables; j k a r in the queue of approvals.
"use strict";
{
  const typing = ({ target }) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  // Tables: arrows go from figure to figure, as in a spreadsheet.
  const walk = (event) => {
    const cell = event.target.closest("[data-grid] td, [data-grid] th");
    if (!cell) return;
    const row = cell.parentElement;
    const rows = [...row.closest("table").rows];
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [];
    if (down === undefined) return;
    let y = rows.indexOf(row) + down;
    let x = cell.cellIndex + right;
    for (let next = rows[y]?.cells[x]; next; next = rows[(y += down)]?.cells[(x += right)]) {
      const stop = next.querySelector("a, button, input, summary");
      if (!stop) continue;
      event.preventDefault();
      stop.focus();
      stop.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
  };

  // Queue: one item is current; a approves it, r opens the reason for returning it.
  const work = (event) => {
    const items = [...document.querySelectorAll("[data-queue] > [data-item]")];
    if (!items.length) return;
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const current = items[at];
    const deeds = {
      j: () => (items[at + 1] ?? current ?? items[0]).focus(),
      k: () => (items[at - 1] ?? items[0]).focus(),
      a: () => current?.querySelector("[data-approve]")?.click(),
      r: () => {
        const back = current?.querySelector("[data-return]");
        if (!back) return;
        back.open = true;
        back.querySelector("textarea, input:not([type=hidden])").focus();
      },
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || document.querySelector("dialog[open]")) return;
    walk(event);
    if (!event.defaultPrevented && document.documentElement.dataset.keys !== "off") work(event);
  });

  // What was decided leaves the queue: the next one becomes current.
  let place = -1;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const items = [...document.querySelectorAll("[data-queue] > [data-item]")];
    place = items.indexOf(detail.requestConfig.elt.closest("[data-item]"));
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (place < 0) return;
    const items = document.querySelectorAll("[data-queue] > [data-item]");
    (items[Math.min(place, items.length - 1)] ?? document.getElementById("content")).focus();
    place = -1;
  });
}
