"""What a case does for somebody who compares by eye: hands out the pictures, draws the sheet, and keeps it as evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from workbench.alerts import Alert
from workbench.casefile import comparisons, results
from workbench.casefile.asked import number_of
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.casefile.decisions import load_decisions
from workbench.casefile.schema import utc_now
from workbench.comparison import Comparison, Kept, Shown
from workbench.comparison_settings import Settings
from workbench.comparison_sheet import comparison_sheet
from workbench.comparison_words import setting_words
from workbench.decisions import who
from workbench.errors import InputError

__all__ = ["CLOSING", "LOOKS", "Examining"]

CLOSING = "Only copies were changed. Distances are in pixels of the originals and do not say how alike two faces are. A person concludes."
LOOKS = {True: "before the first decision, blind", False: "after the first decision"}


class Examining(CaseFile):
    """Pictures compared by eye, and what is kept of it."""

    def compare(self, alert: int | Alert, *, by: str) -> Comparison:
        """The pictures of an alert for `by` to compare; that somebody looked at them is logged.

        Who has not judged the alert yet is told no name and no file, so that the first look stays blind.
        """
        if not who(by):
            raise InputError('say who compares: by="A. Ng"; it stands in the log')
        found = self._pictures(self._number(alert), by)
        about = {"alert": found.alert, "blind": found.blind}
        with self.store.change() as session:
            note(session, "faces compared", by=by.strip(), about=about)
        return found

    def comparison_sheet(
        self, alert: int | Alert, settings: Settings | Mapping[str, Any], *, by: str
    ) -> tuple[bytes, str]:
        """A comparison as PNG to hand out, with its SHA-256; that it left is logged."""
        chosen, number = _settings(settings), self._number(alert)
        png, provenance, _ = self._drawn(number, chosen, by, utc_now())
        digest = hashlib.sha256(png).hexdigest()
        about = {"alert": number, "sha256": digest, "settings": chosen.to_dict(), "provenance": provenance}
        with self.store.change() as session:
            note(session, "comparison exported", by=by.strip(), about=about)
        return png, digest

    def keep_comparison(
        self, alert: int | Alert, settings: Settings | Mapping[str, Any], *, by: str, key: str | None = None
    ) -> Kept:
        """Keep a comparison as evidence; on disk when it returns. It is deleted with the faces that it shows.

        settings : what was set, as `comparison.Settings` or as its JSON
        key : unique name of this message; sent again under it, what was kept is returned and not doubled
        """
        chosen, made, number = _settings(settings), utc_now(), self._number(alert)
        png, provenance, reference = self._drawn(number, chosen, by, made)
        more = {"png": png, "provenance": provenance, "by": by.strip(), "made": made, "key": key or uuid4().hex}
        with self.store.change() as session:
            return comparisons.save_kept(session, self.store.blobs, number, reference, chosen, **more)  # type: ignore[arg-type]

    def comparisons(self, alert: int | Alert | None = None, *, pictures: bool = True) -> tuple[Kept, ...]:
        """Every comparison that was kept, or those of one alert, oldest first; without `pictures` no sheet is opened."""
        chosen = None if alert is None else self._number(alert)
        with self.store.session() as session:
            return comparisons.load_kept(session, self.store.blobs, chosen, pictures=pictures)

    def _number(self, alert: int | Alert) -> int:
        with self.store.session() as session:
            return number_of(session, alert)

    def _pictures(self, number: int, by: str) -> Comparison:
        with self.store.session() as session:
            shown, _ = results.load_alert(session, self.store.blobs, number)
            blind = not any(who(each.reviewer) == who(by) for each in load_decisions(session, number))
            faces = comparisons.faces_of(session, self.store.blobs, shown, blind=blind)
            references = comparisons.references_of(session, self.store.blobs, number, blind=blind)
        if not faces or not references:
            gone = "reference" if faces else "face"
            raise InputError(f"no {gone} of alert {number} is kept any more, so there is nothing to compare")
        title = f"Alert {number}" if blind else f"Alert {number}: is this {shown.subject}?"
        head = (f"Case {self.about.name}, under the authority of {self.about.authority}; alert {number}",)
        return Comparison(number, by.strip(), blind, title, head, faces, references)

    def _drawn(self, number: int, settings: Settings, by: str, made: datetime) -> tuple[bytes, tuple[str, ...], Shown]:
        """The sheet, what is printed under it, and the reference on it."""
        if not who(by):
            raise InputError('say who compares: by="A. Ng"; it is printed under the pictures')
        found = self._pictures(number, by)
        probe = _chosen(found.faces, settings.probe.picture, "face")
        reference = _chosen(found.references, settings.reference.picture, "reference")
        provenance = (
            *found.head,
            *probe.lines,
            *reference.lines,
            *setting_words(settings, probe, reference),
            f"Compared by {found.by}, {made:%Y-%m-%d %H:%M:%S} UTC, {LOOKS[found.blind]}.",
            CLOSING,
        )
        return (
            comparison_sheet(settings, probe, reference, provenance, title=found.title),
            provenance,
            reference,
        )


def _settings(settings: Settings | Mapping[str, Any]) -> Settings:
    return settings if isinstance(settings, Settings) else Settings.of(settings)


def _chosen(pictures: tuple[Shown, ...], place: int, what: str) -> Shown:
    if place >= len(pictures):
        raise InputError(f"there is no {what} {place + 1}; {len(pictures)} are kept")
    return pictures[place]
