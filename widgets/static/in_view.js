/** Which elements are before the reader's eyes: on the screen, within the part of a list that is scrolled to. */

const REST = 150; // ms that a list rests before it is asked what is seen: what rushes past was not looked at

/** Follows elements; `rested(seen)` is called with those on the screen whenever they changed and then stayed. */
export function inView(rested, rest = REST) {
  const seen = new Set();
  let timer = 0;
  const observer = new IntersectionObserver((moved) => {
    moved.forEach(({ target, isIntersecting }) => (isIntersecting ? seen.add(target) : seen.delete(target)));
    clearTimeout(timer);
    timer = setTimeout(() => rested(seen), rest);
  });
  function stop() {
    clearTimeout(timer);
    observer.disconnect();
  }
  return { watch: (element) => observer.observe(element), stop };
}
