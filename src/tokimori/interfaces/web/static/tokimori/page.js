// What every page does: open and close, remember the appearance, speak when the line breaks.
"use strict";
{
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);

  const showAppearance = () => {
    for (const button of document.querySelectorAll("[data-appearance]")) {
      button.ariaPressed = String((root.dataset[button.dataset.appearance] ?? "") === button.value);
    }
  };

  const choose = ({ dataset: { appearance }, value }) => {
    if (value) root.dataset[appearance] = value;
    else delete root.dataset[appearance];
    try {
      localStorage.setItem(`tokimori-${appearance}`, value);
    } catch {
      // Holds until the page is left.
    }
    showAppearance();
  };

  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("[data-closes][open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
    const opener = target.closest("[data-opens]");
    if (opener) find(opener.dataset.opens).showModal();
    const choice = target.closest("[data-appearance]");
    if (choice) choose(choice);
    if (target.matches("dialog")) target.close(); // the backdrop
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const open = event.target.closest("details[open]") ?? document.querySelector("[data-closes][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // What is typed into a masked field can be shown; capitals that are locked are told of.
  document.addEventListener("click", ({ target }) => {
    const shower = target.closest("[data-shows]");
    if (shower) {
      const field = find(shower.dataset.shows);
      field.type = field.type === "password" ? "text" : "password";
      shower.ariaPressed = String(field.type === "text");
      field.focus();
    }
    if (target.closest("[data-prints]")) window.print();
    const copier = target.closest("[data-copies]");
    if (copier) copy(copier);
  });

  // What is shown once can be taken along; where the browser does not let us, it is marked, ready to be taken by hand.
  const copy = async (copier) => {
    const source = find(copier.dataset.copies);
    const told = find(copier.dataset.tells);
    try {
      await navigator.clipboard.writeText(source.textContent);
      told.textContent = copier.dataset.copied;
    } catch {
      getSelection().selectAllChildren(source);
      told.textContent = copier.dataset.marked;
    }
  };
  document.addEventListener("keyup", (event) => {
    const told = event.target.closest?.(".field")?.querySelector(".masked-capitals");
    if (told) told.hidden = !event.getModifierState?.("CapsLock");
  });

  // "All of them" over a list of boxes.
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-chooses]")) return;
    for (const box of document.getElementsByName(target.dataset.chooses)) box.checked = target.checked;
  });

  // A figure's steps arrive in the dialog.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.id === "evidence-body" && !find("evidence").open) find("evidence").showModal();
  });

  // Nobody looks: do not ask.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.matches("[hx-trigger^=every]")) event.preventDefault();
  });
  // What a page asks by itself does not keep a session that nobody uses.
  document.addEventListener("htmx:configRequest", ({ target, detail }) => {
    if (target.matches("[hx-trigger^=every]")) detail.headers["Tokimori-Unattended"] = "yes";
  });

  // A refusal names its place; any other failure keeps the page and says so.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status >= 400) {
      if (detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
      return;
    }
    const past = detail.requestConfig.verb === "get" ? "[data-line]" : ".notice";
    for (const notice of find("notice")?.querySelectorAll(past) ?? []) notice.remove();
  });
  const speak = ({ detail }) => {
    if (detail.xhr?.getResponseHeader("HX-Retarget")) return;
    find("notice")?.replaceChildren(find("line-broken").content.cloneNode(true));
    find("notice")?.scrollIntoView({ block: "nearest" });
  };
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, speak);
  }

  showAppearance();
}
