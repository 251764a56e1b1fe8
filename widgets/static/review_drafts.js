/**
 * What a reviewer has begun to write, by pair. It lasts as long as the tab, so that a page that is loaded again has it; gone
 * once it is saved. Opinions, verdict and reason as they were typed: no picture and no name of anybody on the list.
 */
import { emptyDraft } from "./review_form.js";

const STEM = "second-look.draft";

/** The drafts of one reviewer's work on one case (`home`). */
export function draftRoom(home) {
  const drafts = new Map();
  const place = (token) => `${STEM}.${home}.${token}`;

  function of(token) {
    if (!drafts.has(token)) drafts.set(token, { ...emptyDraft(), ...stored((room) => JSON.parse(room.getItem(place(token)))) });
    return drafts.get(token);
  }
  /** To be called with a draft that was changed. */
  function keep(draft) {
    for (const [token, each] of drafts) {
      if (each === draft) stored((room) => (begun(draft) ? room.setItem(place(token), JSON.stringify(draft)) : room.removeItem(place(token))));
    }
  }
  function forget(token) {
    drafts.delete(token);
    stored((room) => room.removeItem(place(token)));
  }
  return { of, keep, forget, begun: () => [...drafts].filter(([, draft]) => begun(draft)).map(([token]) => token) };
}

function begun({ verdict, features, reason }) {
  return Boolean(verdict || reason || Object.keys(features).length);
}

/** What `use` makes of the tab's store; nothing where the browser keeps none for this page, or what is in it cannot be read. */
function stored(use) {
  try {
    return use(globalThis.sessionStorage);
  } catch {
    return null;
  }
}
