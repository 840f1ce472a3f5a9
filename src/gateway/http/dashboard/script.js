// Keeps the parts of the page as they are on the server: fetches them every two seconds while somebody can see them.
"use strict";
(() => {
  const parts = document.getElementById("parts");
  const address = parts && parts.dataset.fragment;
  if (!address) return;
  const button = document.getElementById("pause");
  const connection = document.getElementById("connection");
  const every = 2000;
  let isPaused = false;
  let isOver = false;
  let timer = 0;

  const say = (text) => {
    if (connection.textContent !== text) connection.textContent = text;
  };

  // Puts the new part in the old one's place, and leaves to the reader what they have opened, scrolled and focused.
  const replace = (before, after) => {
    if ("text" in after.dataset) {
      if (before.textContent !== after.textContent) before.textContent = after.textContent;
      return;
    }
    for (const details of after.querySelectorAll("details[id]")) {
      const known = document.getElementById(details.id);
      if (known) details.open = known.open;
    }
    if (before.isEqualNode(after)) return;
    const selection = document.getSelection();
    if (selection && !selection.isCollapsed && selection.containsNode(before, true)) return;
    const scrolled = [...before.querySelectorAll("[id]")].filter((box) => box.scrollLeft || box.scrollTop);
    const focused = before.contains(document.activeElement) ? document.activeElement.id : "";
    before.replaceWith(after);
    for (const box of scrolled) document.getElementById(box.id)?.scrollTo(box.scrollLeft, box.scrollTop);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    clearTimeout(timer);
    if (isPaused || isOver || document.hidden) return;
    try {
      const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (response.status === 404) {
        isOver = true;
        return say("No longer kept");
      }
      if (!response.ok) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const after of page.querySelectorAll("[data-part]")) {
        const before = document.getElementById(after.id);
        if (before) replace(before, after);
      }
      say("");
      if (page.querySelector("[data-ended]")) {
        isOver = true;
        button.hidden = true;
        return;
      }
    } catch {
      say("No connection; trying again");
    }
    timer = setTimeout(refresh, every);
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    say(isPaused ? "Paused" : "");
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  timer = setTimeout(refresh, every);
})();
