// What is typed into a marked form is kept on the server, and offered when the form is opened anew. Nothing is sent by itself.
"use strict";
{
  const draft = document.getElementById("draft");
  const { keep, read, drop } = draft.dataset;
  const pause = 2000;
  const longerPause = 6000;
  const never = new Set(["hidden", "password", "file", "submit", "button", "image", "reset"]);
  const states = new WeakMap(); // by form: {timer, isDirty, isOff, isAsking, waiting}
  const forms = () => document.querySelectorAll("form[data-draft]");
  const stateOf = (form) => {
    if (!states.has(form)) states.set(form, {});
    return states.get(form);
  };

  const isKept = (field) => field.name && !field.disabled && !never.has(field.type);
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const typed = (form) => {
    const found = {};
    for (const field of form.elements) {
      if (!isKept(field)) continue;
      const values = (found[field.name] ??= []);
      if (!isTicked(field) || field.checked) values.push(field.value);
    }
    return found;
  };
  const ask = (address, values, options = {}) =>
    fetch(address, {
      method: "POST",
      body: new URLSearchParams(values),
      headers: JSON.parse(document.body.getAttribute("hx-headers")),
      redirect: "manual",
      ...options,
    });

  const save = async (form, options) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    if (!state.isDirty || state.isOff || state.isAsking) return;
    state.isDirty = false;
    state.waiting = new AbortController();
    try {
      const values = { form: form.dataset.draft, values: JSON.stringify(typed(form)) };
      const answer = await ask(keep, values, { signal: state.waiting.signal, ...options });
      if (answer.ok) {
        for (const told of document.querySelectorAll("[data-draft-told]")) told.hidden = false;
      } else if (answer.status === 429 || answer.status >= 500) later(form, longerPause);
      else if (answer.type === "opaqueredirect") state.isDirty = true; // the session is over: once it goes on, so does this
      else state.isOff = true; // too long: the form holds what was typed
    } catch {
      if (!state.waiting.signal.aborted) later(form, longerPause);
    }
  };
  const later = (form, time) => {
    const state = stateOf(form);
    state.isDirty = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form), time);
  };
  const saveAll = (options) => {
    for (const form of forms()) save(form, options);
  };

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => {
      const form = target.closest?.("form[data-draft]");
      if (form && isKept(target)) later(form, pause);
    });
  }
  document.addEventListener("tokimori:ends-soon", () => saveAll());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saveAll({ keepalive: true });
  });
  addEventListener("pagehide", () => saveAll({ keepalive: true }));
  // What is sent is kept no more. idle.js, which comes first, stops what would be sent into a session that is over.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.defaultPrevented || !event.target.matches("form[data-draft]")) return;
      const state = stateOf(event.target);
      clearTimeout(state.timer);
      state.isDirty = false;
      state.waiting?.abort();
    },
    true,
  );

  const fill = (form, fields) => {
    const left = new Map(Object.entries(fields).map(([name, values]) => [name, [...values]]));
    for (const field of form.elements) {
      const values = isKept(field) && left.get(field.name);
      if (!values) continue;
      if (isTicked(field)) field.checked = values.includes(field.value);
      else {
        const value = values.shift();
        const isThere = !field.options || [...field.options].some((option) => option.value === value);
        if (value !== undefined && isThere) field.value = value;
      }
    }
  };
  const close = (form, offer) => {
    stateOf(form).isAsking = false;
    if (stateOf(form).isDirty) later(form, pause);
    offer.remove();
    [...form.elements].find((field) => isKept(field) && !isTicked(field))?.focus();
  };
  const take = async (form, offer) => {
    try {
      const answer = await fetch(`${read}?${new URLSearchParams({ form: form.dataset.draft })}`, { redirect: "manual" });
      if (!answer.ok && answer.status !== 404) return;
      if (answer.ok) fill(form, (await answer.json()).fields);
      close(form, offer);
    } catch {
      // The line is broken: the offer stays.
    }
  };
  const throwAway = async (form, offer) => {
    try {
      if ((await ask(drop, { form: form.dataset.draft })).ok) close(form, offer);
    } catch {
      // As above.
    }
  };

  // Until somebody decides, what he types over it is not kept: it would take the place of what is offered.
  const offer = (form) => {
    const sentence = form.dataset.draftKept;
    if (!sentence) return;
    delete form.dataset.draftKept;
    stateOf(form).isAsking = true;
    const shown = draft.content.firstElementChild.cloneNode(true);
    shown.querySelector("[data-draft-takes]").addEventListener("click", () => take(form, shown));
    shown.querySelector("[data-draft-drops]").addEventListener("click", () => throwAway(form, shown));
    form.prepend(shown);
    shown.querySelector("[data-draft-sentence]").textContent = sentence;
    form.closest("details")?.setAttribute("open", "");
  };
  const offerAll = () => forms().forEach(offer);
  document.addEventListener("htmx:afterSettle", offerAll);
  offerAll();
}
