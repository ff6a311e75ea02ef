// Before a session ends that nobody uses: ask whether somebody is still there. What was typed stays on the page.
"use strict";
{
  const dialog = document.getElementById("idle");
  const soon = dialog.querySelector(".idle-soon");
  const end = dialog.querySelector(".idle-end");
  const over = dialog.querySelector(".idle-over");
  const limit = Number(dialog.dataset.seconds);
  const warning = Math.min(120, limit / 3);
  const endWarning = 300;
  const typingIsUseAfter = 60;

  // All tabs of this browser share the session, and so the time when it was last used.
  let used = Date.now();
  const note = () => {
    used = Date.now();
    try {
      localStorage.setItem("tokimori-used", String(used));
    } catch {
      // Each tab counts for itself, and asks too early rather than too late.
    }
  };
  const idleSeconds = () => {
    let elsewhere = 0;
    try {
      elsewhere = Number(localStorage.getItem("tokimori-used")) || 0;
    } catch {
      // As above.
    }
    const last = Math.min(Math.max(used, elsewhere), Date.now());
    return (Date.now() - last) / 1000;
  };

  // When the session ends in any case: the latest that any tab was told, since all of them share it.
  const ownEnd = Date.now() + Number(dialog.dataset.endsIn) * 1000;
  const endsInSeconds = () => {
    let elsewhere = 0;
    try {
      elsewhere = Number(localStorage.getItem("tokimori-ends")) || 0;
      if (elsewhere < ownEnd) localStorage.setItem("tokimori-ends", String(ownEnd));
    } catch {
      // As above.
    }
    const longest = Date.now() + 12 * 60 * 60 * 1000;
    return (Math.max(ownEnd, elsewhere > longest ? 0 : elsewhere) - Date.now()) / 1000;
  };
  let isPutOff = false;

  const clock = (left) => {
    const seconds = Math.max(0, Math.ceil(left));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const show = (left, isEnd) => {
    soon.hidden = left <= 0 || isEnd;
    end.hidden = left <= 0 || !isEnd;
    over.hidden = left > 0;
    document.getElementById(isEnd ? "end-left" : "idle-left").textContent = clock(left);
    if (dialog.open) return;
    dialog.showModal();
    document.dispatchEvent(new Event("tokimori:ends-soon")); // drafts.js keeps what was typed
  };

  const look = () => {
    const left = limit - idleSeconds();
    const ends = endsInSeconds();
    if (ends > endWarning) isPutOff = false;
    if (left <= warning && left <= ends) show(left, false);
    else if (ends <= 0 || (ends <= endWarning && !isPutOff)) show(ends, true);
    else if (dialog.open) dialog.close();
  };
  document.getElementById("end-later").addEventListener("click", () => {
    isPutOff = true;
    look();
  });

  const stay = async () => {
    try {
      const answer = await fetch(soon.action, {
        method: "POST",
        headers: { "X-CSRFToken": soon.elements.csrfmiddlewaretoken.value },
        redirect: "manual",
      });
      if (answer.ok) note();
      else if (answer.type === "opaqueredirect") used = 0; // the session is over already
    } catch {
      // The line is broken: the clock goes on.
    }
    look();
  };

  soon.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!soon.hidden) stay();
    else if (!end.hidden) document.getElementById("end-later").click();
  });

  // Who types is there.
  document.addEventListener("input", () => {
    if (!dialog.open && idleSeconds() > typingIsUseAfter) stay();
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (detail.successful && !target.matches("[hx-trigger^=every]")) note();
  });
  // After a sleep the clock may not have looked yet: rather ask than lose what was typed.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target === soon || (idleSeconds() < limit && endsInSeconds() > 0)) return;
      event.preventDefault();
      look();
    },
    true,
  );
  document.addEventListener("visibilitychange", look);

  note();
  setInterval(look, 1000);
}
