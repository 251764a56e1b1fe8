/**
 * Keeps a line at the top of what is seen of its parent. `position: sticky` does so only where no ancestor cuts off what goes
 * over its edge, and JupyterLab's and Voila's outputs do; there the line is moved after the page was scrolled.
 */
export function pinned(el) {
  let shift = 0;

  function place() {
    if (el.hidden || !el.parentElement) return;
    const natural = el.getBoundingClientRect().top - shift;
    const room = el.parentElement.getBoundingClientRect().bottom - natural - el.offsetHeight;
    const next = Math.round(Math.max(0, Math.min(seenFrom(el) - natural, room)));
    if (next === shift) return;
    shift = next;
    el.style.transform = shift ? `translateY(${shift}px)` : "";
  }
  document.addEventListener("scroll", place, { capture: true, passive: true });
  return { place, stop: () => document.removeEventListener("scroll", place, { capture: true }) };
}

/** Where the window, and whatever scrolls within it, begins to show the element: px from the top of the window. */
function seenFrom(el) {
  let top = 0;
  for (let outer = el.parentElement; outer; outer = outer.parentElement) {
    const scrolls = outer !== document.scrollingElement && /auto|scroll/.test(getComputedStyle(outer).overflowY);
    if (scrolls) top = Math.max(top, outer.getBoundingClientRect().top);
  }
  return top;
}
