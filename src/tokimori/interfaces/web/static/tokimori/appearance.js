// Runs before the first paint: the light and the density that this device remembers.
"use strict";
{
  const root = document.documentElement;
  root.classList.add("has-script");
  try {
    for (const name of ["theme", "density", "keys"]) {
      const chosen = localStorage.getItem(`tokimori-${name}`);
      if (chosen) root.dataset[name] = chosen;
    }
  } catch {
    // No storage on this device: the page follows the system.
  }
}
