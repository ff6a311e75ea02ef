// The recorder: the server's clock, and a button that counts once.
"use strict";
{
  const clock = document.querySelector("[data-server-time]");
  const ahead = Date.parse(clock.dataset.serverTime) - Date.now();
  const locale = document.documentElement.lang;
  const form = (options) => new Intl.DateTimeFormat(locale, { timeZone: clock.dataset.zone, ...options });
  const face = form({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", numberingSystem: "latn" });
  const seconds = clock.querySelector("[data-seconds]");
  const minutes = clock.querySelector("[data-minutes]");

  const tick = () => {
    const now = Date.now() + ahead;
    const part = Object.fromEntries(face.formatToParts(now).map(({ type, value }) => [type, value]));
    const written = `${part.hour}:${part.minute}`;
    if (minutes.textContent !== written) minutes.textContent = written;
    seconds.textContent = part.second;
    clock.dateTime = new Date(now).toISOString();
    setTimeout(tick, 1000 - (now % 1000));
  };
  tick();

  // A new key for each punch, kept while the punch is unanswered: pressing again after a broken line still counts once.
  const renew = () => {
    for (const key of document.querySelectorAll("[name=idempotency_key]")) key.value = crypto.randomUUID();
  };
  const isSecure = Boolean(globalThis.crypto?.randomUUID);
  if (isSecure) {
    renew();
    document.addEventListener("htmx:afterSettle", renew);
  }

  // A page left open overnight, or taken from the browser's memory, would show yesterday's state.
  const opened = Date.now();
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - opened > 600_000) location.reload();
  });
}
