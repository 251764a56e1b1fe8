/** Which part of the footage the timeline shows, which track comes next, and what somebody means who types where to go. */

const SHORTEST = 10; // s; a window is never shorter, unless the footage is

/** A window that lies within the whole; both are { first, last } in seconds. */
export function within({ first, last }, whole) {
  const [most, least] = [whole.last - whole.first, Math.min(SHORTEST, whole.last - whole.first)];
  const long = Math.min(most, Math.max(least, last - first));
  const from = Math.min(Math.max((first + last - long) / 2, whole.first), whole.last - long);
  return { first: from, last: from + long };
}

/** The window `factor` times as long, with `middle` in its middle where there is room. */
export function zoomed(view, factor, middle, whole) {
  const half = ((view.last - view.first) * factor) / 2;
  return within({ first: middle - half, last: middle + half }, whole);
}

/** The window moved by a share of its length. */
export function shifted({ first, last }, share, whole) {
  const by = Math.min(Math.max(share * (last - first), whole.first - first), whole.last - last);
  return within({ first: first + by, last: last + by }, whole);
}

/** The same window, or the one around `t` where it did not show that. */
export function showing(view, t, whole) {
  return t >= view.first && t <= view.last ? view : zoomed(view, 1, t, whole);
}

/** The track `by` places on from `chosen`, which need not be one of `some`; they are in order of time. */
export function stepped(some, chosen, by) {
  if (!some.length) return null;
  const now = some.indexOf(chosen);
  const later = some.findIndex((each) => !chosen || each.start > chosen.start || (each.start === chosen.start && each.id > chosen.id));
  const between = (later < 0 ? some.length : later) - (by > 0 ? 1 : 0);
  return some[Math.max(0, Math.min(some.length - 1, (now < 0 ? between : now) + by))];
}

/** { alert: 12 } of "12", { seconds: 3725 } of "1:02:05" or "62:05", or null. */
export function placeOf(text) {
  const said = text.trim();
  if (/^\d+$/.test(said)) return { alert: Number(said) };
  if (!/^\d+(:[0-5]?\d){1,2}(\.\d+)?$/.test(said)) return null;
  return { seconds: said.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) };
}

/** The first of `some` that is seen at or after a time, or null. */
export function seenFrom(some, seconds) {
  return some.find((each) => each.end >= seconds) ?? null;
}
