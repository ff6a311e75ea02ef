// Ctrl-K: every screen by its name.
"use strict";
{
  const palette = document.getElementById("palette");
  const words = document.getElementById("palette-words");
  const none = palette.querySelector(".palette-none");
  const shown = () => [...palette.querySelectorAll("li:not([hidden]) a")];

  const filter = () => {
    const sought = words.value.trim().toLocaleLowerCase();
    for (const line of document.getElementById("palette-links").children) {
      line.hidden = !line.textContent.toLocaleLowerCase().includes(sought);
    }
    mark();
  };

  const mark = () => {
    palette.querySelector(".is-first")?.classList.remove("is-first");
    const [first] = shown();
    first?.parentElement.classList.add("is-first");
    none.hidden = Boolean(first);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!palette.open) palette.showModal();
      words.select();
      filter();
    }
  });

  palette.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [words, ...shown()];
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });

  words.addEventListener("input", filter);
  palette.addEventListener("htmx:afterSwap", mark);
  words.form.addEventListener("submit", (event) => {
    event.preventDefault();
    shown()[0]?.click();
  });
}
