"""Sealing: nothing of a face is readable without the key, values stay in their places, and keys are kept where they should."""

import errno
import hashlib
import os
import signal
import sqlite3
import stat
import sys
from contextlib import closing, nullcontext
from pathlib import Path
from shutil import copytree, rmtree
from types import SimpleNamespace

import numpy as np
import pytest

from tests.command import call, refused
from tests.killing import kill, killed
from tests.test_casefile import assert_same, watchlist
from workbench.case import Case
from workbench.casefile import custody, keys, resealing
from workbench.casefile.audit import note
from workbench.casefile.blobs import Blobs
from workbench.casefile.case import CaseFile
from workbench.casefile.sealing import Sealed
from workbench.casefile.store import DATABASE
from workbench.errors import CaseError, CaseSealed, InputError

SECRET = keys.Key(bytes(range(32)), "a test")


def made(folder: Path, *, sealed: bool = True) -> CaseFile:
    case = CaseFile.create(folder, purpose="to test", authority="the tests", sealed=sealed)
    case.add_watchlist(watchlist(), "fake")
    return case


def noted(case: CaseFile) -> None:
    with case.store.change() as session:
        note(session, "something to remember", about={})


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of keys of one's own."""
    monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_sealed_case_has_no_face_and_no_template_in_it(tmp_path: Path) -> None:
    plain, sealed = made(tmp_path / "plain", sealed=False), made(tmp_path / "sealed")
    secrets = [row.tobytes() for row in watchlist().templates] + [r.thumbnail for r in watchlist().references[2:]]
    assert all(secret in everything(plain.folder) for secret in secrets)
    pictures = everything(sealed.folder / "blobs")
    assert not any(secret in everything(sealed.folder) for secret in secrets[:4])
    assert not any(secret in pictures for secret in secrets)
    assert_same(CaseFile(sealed.folder).watchlist or watchlist("x"), watchlist())


@pytest.mark.parametrize("held", [True, False])
def test_ctrl_c_while_a_case_is_sealed_never_costs_its_only_key(
    tmp_path: Path, ring: Path, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    plain = made(tmp_path / "case", sealed=False)
    secret, usual = watchlist().templates[0].tobytes(), resealing.reseal

    def pressed(*given: object) -> dict[str, int]:
        os.kill(os.getpid(), signal.SIGINT)
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(resealing, "reseal", pressed)
    if not held:  # as if nothing but the change itself were whole
        monkeypatch.setattr(custody, "uninterrupted", nullcontext)
    with pytest.raises(KeyboardInterrupt):
        plain.seal()
    plain.store.close()
    again = CaseFile(plain.folder)
    assert_same(again.watchlist or watchlist("x"), watchlist())
    assert again.verify().clean and secret not in everything(plain.folder) and list(ring.iterdir())


def test_the_name_of_a_picture_tells_nothing_to_who_has_the_photograph(tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    names = case.store.blobs.names()
    assert not names & {hashlib.sha256(r.thumbnail).hexdigest() for r in watchlist().references}
    assert made(tmp_path / "other").store.blobs.names().isdisjoint(names)  # another case, other names


def test_the_same_content_is_never_the_same_twice_and_opens_only_in_its_place() -> None:
    sealing = Sealed.of(SECRET, b"s" * 32)
    one, two = (sealing.seal("the template of alert 1", b"face") for _ in range(2))
    assert one != two and sealing.open("the template of alert 1", one) == b"face"
    for what, content in [
        ("the template of alert 2", one),
        ("the template of alert 1", one[:-1]),
        ("the template of alert 1", b""),
        ("the template of alert 1", b"\x02" + one[1:]),
    ]:
        with pytest.raises(CaseError, match=f"{what} of the case was altered"):
            sealing.open(what, content)


def test_each_case_has_keys_of_its_own_also_under_one_key() -> None:
    one, two = Sealed.of(SECRET, b"s" * 32), Sealed.of(SECRET, b"t" * 32)
    assert one.proof != two.proof and one.name(b"x") != two.name(b"x") and one.signing.public != two.signing.public
    with pytest.raises(CaseError, match="altered"):
        two.open("a", one.seal("a", b"face"))


def test_pictures_that_change_places_are_found(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, Sealed.of(SECRET, b"s" * 32))
    one, two = blobs.put(b"one"), blobs.put(b"two")
    first, second = tmp_path / one[:2] / one, tmp_path / two[:2] / two
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    for name in (one, two):
        with pytest.raises(CaseError, match=f"picture {name[:12]} of the case was altered"):
            blobs.get(name)


def test_a_new_key_is_a_file_that_only_its_owner_reads(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    (file,) = ring.glob("*.key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and case.sealed == f"sealed; its key is in the file {file}"
    assert case.info()["sealed"] == case.sealed and "its key is in the file" in Case(case.folder)._repr_html_()
    file.chmod(0o644)
    with pytest.raises(CaseSealed, match=r"can be read by others.*chmod 600"):
        CaseFile(case.folder).watchlist  # noqa: B018


@pytest.mark.parametrize("how", ["SECOND_LOOK_KEY", "SECOND_LOOK_KEY_FILE"])
def test_a_key_of_the_environment_comes_first(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n", encoding="ascii")
    (tmp_path / "key").chmod(0o600)
    monkeypatch.setenv(how, "ab" * 32 if how == "SECOND_LOOK_KEY" else str(tmp_path / "key"))
    case = made(tmp_path / "case")
    assert not list(ring.glob("*.key")) and how in case.sealed
    assert CaseFile(case.folder).watchlist is not None
    monkeypatch.delenv(how)
    with pytest.raises(CaseSealed, match="its key is not here; give it as SECOND_LOOK_KEY_FILE=FILE"):
        CaseFile(case.folder).watchlist  # noqa: B018


@pytest.mark.parametrize("text", ["", " ", "secret", "ab" * 31, "zz" * 32])
def test_what_is_no_key_is_said_to_be_none(ring: Path, tmp_path: Path, text: str) -> None:
    case = made(tmp_path / "case")
    (file,) = ring.glob("*.key")
    file.write_text(text, encoding="ascii")
    with pytest.raises(CaseSealed, match="holds no key: a key is 64 hexadecimal digits"):
        CaseFile(case.folder).watchlist  # noqa: B018


def test_a_wrong_key_is_said_and_changes_nothing(ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = made(tmp_path / "case")
    case.store.close()
    rmtree(ring)
    monkeypatch.setenv("SECOND_LOOK_KEY", "ab" * 32)
    before = everything(case.folder)
    locked = CaseFile(case.folder)
    for attempt in (
        lambda: locked.watchlist,
        lambda: locked.add_watchlist(watchlist("Bob"), "fake"),
        lambda: locked.store.blobs.put(b"x"),
        locked.seal,
    ):
        with pytest.raises(CaseError, match=r"sealed") as error:
            attempt()
        assert "\n" not in str(error.value)
    assert "is sealed with another key than that of the environment variable" in locked.sealed
    assert everything(case.folder) == before


def test_without_the_key_the_contents_can_still_be_read(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    rmtree(ring)
    info = call("case", "info", case.folder, "--json").json
    assert info["watchlist"]["subjects"] == 4 and "its key is not here" in info["sealed"]
    assert repr(CaseFile(case.folder)) == "Case('case': 4 people listed, 0 runs)"
    refused(call("case", "seal", case.folder), "its key is not here")


def test_another_key_of_the_environment_does_not_hide_the_case_s_own(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = made(tmp_path / "case")
    monkeypatch.setenv("SECOND_LOOK_KEY", "ab" * 32)
    assert CaseFile(case.folder).watchlist is not None


def test_a_case_that_is_not_made_leaves_no_key(ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.casefile.case.note", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made(tmp_path / "case")
    assert not list(ring.glob("*.key")) and not (tmp_path / "case").exists()


def test_a_case_that_was_not_sealed_is_sealed_later(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case", sealed=False)
    assert "not sealed" in case.sealed and not list(ring.glob("*.key"))
    said = call("case", "seal", case.folder)
    assert said.code == 0 and "its key is in the file" in said.out
    for row in watchlist().templates:
        assert row.tobytes() not in everything(case.folder)
    again = CaseFile(case.folder)
    assert_same(again.watchlist or watchlist("x"), watchlist())
    assert again.log[-1].action == "case sealed" and again.log[-1].about["templates"] == 4
    assert not again.store.blobs.names() & {hashlib.sha256(r.thumbnail).hexdigest() for r in watchlist().references}
    refused(call("case", "seal", case.folder), "is sealed already")


def test_a_seal_that_fails_half_way_leaves_the_case_as_it_was(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = made(tmp_path / "case", sealed=False)
    monkeypatch.setattr("workbench.casefile.custody.note", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        case.seal()
    assert not list(ring.glob("*.key")) and "not sealed" in case.sealed
    assert_same(CaseFile(case.folder).watchlist or watchlist("x"), watchlist())


def test_an_erased_case_never_opens_again(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    (file,) = ring.glob("*.key")
    secret = file.read_text()
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw:
        (salt,) = raw.execute("SELECT salt FROM seal").fetchone()
    refused(call("case", "erase", case.folder, "--yes-erase", "another"), "type its name: 'case'")
    assert call("case", "erase", case.folder, "--yes-erase", "case").code == 0
    assert not file.exists() and salt not in everything(case.folder)
    file.write_text(secret)  # a copy of the key that somebody kept opens nothing: the salt is gone
    file.chmod(0o600)
    erased = CaseFile(case.folder)
    with pytest.raises(CaseSealed, match=r"was erased on 20.* gone for good"):
        erased.watchlist  # noqa: B018
    assert erased.log[-1].action == "case erased"
    assert call("case", "erase", case.folder, "--yes-erase", "case").code == 0 and not file.exists()  # the copy goes
    refused(call("case", "erase", case.folder, "--yes-erase", "case"), "was erased")


@pytest.mark.parametrize("at", ["workbench.casefile.keys.destroy", "workbench.casefile.store.Store.compact"])
def test_an_erasure_that_was_killed_is_finished_by_the_same_command(ring: Path, tmp_path: Path, at: str) -> None:
    case = made(tmp_path / "case")

    def erase() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(at, kill)
            CaseFile(case.folder).erase("case")

    assert killed(erase) == -signal.SIGKILL
    assert case.log[-1].action == "case erased"
    said = call("case", "info", case.folder).out
    assert "was erased on" in said and "the same command again finishes it" in said
    assert call("case", "erase", case.folder, "--yes-erase", "case").code == 0
    assert not list(ring.glob("*.key")) and not case.store.half_deleted
    refused(call("case", "erase", case.folder, "--yes-erase", "case"), "was erased")


def forged(case: CaseFile, name: str, **columns: object) -> None:
    """Write the name of another case's key, and what else is given, into the seal of a case."""
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw, raw:
        for column, value in {"case": name, **columns}.items():
            raw.execute(f'UPDATE seal SET "{column}" = ?', (value,))


@pytest.mark.parametrize("erased", [None, "2026-01-02 00:00:00.000000"])
def test_a_seal_that_names_the_key_of_another_case_does_not_destroy_it(
    ring: Path, tmp_path: Path, erased: str | None
) -> None:
    victim = made(tmp_path / "victim")
    (key,) = ring.glob("*.key")
    other = made(tmp_path / "other")
    forged(other, key.stem, erased=erased)
    with pytest.raises(CaseSealed):
        CaseFile(other.folder).erase("other")
    assert key.exists() and CaseFile(victim.folder).watchlist is not None


def test_one_key_for_several_cases_does_not_make_a_forged_seal_good(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = made(tmp_path / "victim")
    (key,) = ring.glob("*.key")
    monkeypatch.setenv("SECOND_LOOK_KEY", "ab" * 32)
    other = made(tmp_path / "other")
    forged(other, key.stem)  # salt and proof fit the key that all share, the name is the victim's
    with pytest.raises(CaseSealed, match="names the key of another case"):
        CaseFile(other.folder).add_watchlist(watchlist("x"), "dlib")  # or this machine would have seen that case here
    forged(other, key.stem, erased="2026-01-02 00:00:00.000000")
    with pytest.raises(CaseSealed, match="has not seen it here"):
        CaseFile(other.folder).erase("other")
    assert key.exists()
    monkeypatch.delenv("SECOND_LOOK_KEY")
    assert CaseFile(victim.folder).watchlist is not None


def test_a_folder_of_keys_that_cannot_be_made_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "file" / "keys"))
    made = call("case", "new", tmp_path / "case", "--purpose", "p", "--authority", "a")
    refused(made, "the folder of keys, ", "choose another with SECOND_LOOK_KEYS")
    assert not (tmp_path / "case").exists()


def test_a_key_that_cannot_be_written_leaves_no_half_key_and_no_case(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch, pytest.raises(InputError, match=r"No space left.*make room there"):
        patch.setattr("workbench.casefile.keys.os.fsync", full)
        made(tmp_path / "case")
    assert not list(ring.glob("*.key")) and not (tmp_path / "case").exists()


def test_a_key_that_is_there_is_neither_written_over_nor_taken_away(ring: Path) -> None:
    key = keys.make("0" * 32)
    with pytest.raises(InputError, match="File exists"):
        keys.make("0" * 32)
    assert next(keys.kept("0" * 32)).secret == key.secret


def test_a_key_is_destroyed_on_a_disk_that_takes_no_writing_over(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    case = made(tmp_path / "case")
    monkeypatch.setattr("workbench.casefile.keys._write_over", full)
    case.erase("case")
    assert not list(ring.glob("*.key"))


def test_what_is_remembered_outside_leaves_no_drafts(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case")

    def remembered(dies: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("workbench.casefile.seen.Path.replace", kill if dies else full)
            noted(case)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(ring.iterdir())
    remembered(False)
    assert sorted(ring.iterdir()) == before
    assert killed(lambda: remembered(True)) == -9
    (left,) = set(ring.iterdir()).difference(before)
    os.utime(left, (0, 0))  # a while ago
    noted(case)
    assert sorted(ring.iterdir()) == before and case.verify().clean


def test_the_name_of_a_key_leads_to_no_other_file(ring: Path, tmp_path: Path) -> None:
    case, file = made(tmp_path / "case"), tmp_path / "precious.key"
    file.write_text("precious")
    forged(case, f"{'../' * 12}{str(file)[1:-4]}", erased="2026-01-02 00:00:00.000000")
    with pytest.raises(CaseSealed, match="was altered"):
        CaseFile(case.folder).erase("case")
    assert file.read_text() == "precious"


def test_whoever_erases_a_copy_is_told_where_else_the_key_is_needed(ring: Path, tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    copytree(case.folder, tmp_path / "copy")
    done = call("case", "erase", tmp_path / "copy", "--yes-erase", "case")
    assert done.code == 0 and f"the same key opens it in {case.folder}" in done.err


def test_what_is_not_sealed_has_no_key_to_destroy(tmp_path: Path) -> None:
    case = made(tmp_path / "case", sealed=False)
    refused(call("case", "erase", case.folder, "--yes-erase", "case"), "is not sealed")


class Ring:
    """A keyring in memory that counts what it is asked."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.kept[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_an_open_keyring_is_preferred_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    Ring.__module__ = "keyring.backends.macOS"
    monkeypatch.delenv("SECOND_LOOK_KEYS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("keyring.get_keyring", lambda: SimpleNamespace(backends=[object(), ring]))
    case = made(tmp_path / "case")
    assert case.sealed == "sealed; its key is in the keyring of this system" and len(ring.kept) == 1
    assert CaseFile(case.folder).watchlist is not None and not list((tmp_path / "data").rglob("*.key"))
    assert case.erase("case") == ("the keyring of this system",) and not ring.kept


@pytest.mark.parametrize("backend", ["keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file"])
def test_a_keyring_that_keeps_nothing_safe_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    ring = type("Other", (), {"__module__": backend, "priority": 1})()
    monkeypatch.delenv("SECOND_LOOK_KEYS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("keyring.get_keyring", lambda: ring)
    assert "is in the file" in made(tmp_path / "case").sealed


def test_a_keyring_that_would_ask_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = type("Locked", (Ring,), {"__module__": "keyring.backends.SecretService"})()
    collection = SimpleNamespace(is_locked=lambda: True)
    fake = SimpleNamespace(
        dbus_init=lambda: SimpleNamespace(close=lambda: None), get_collection_by_alias=lambda *_: collection
    )
    monkeypatch.delenv("SECOND_LOOK_KEYS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("keyring.get_keyring", lambda: ring)
    monkeypatch.setitem(sys.modules, "secretstorage", fake)
    monkeypatch.setitem(sys.modules, "secretstorage.exceptions", SimpleNamespace(SecretStorageException=RuntimeError))
    assert "is in the file" in made(tmp_path / "case").sealed
    collection.is_locked = lambda: False
    assert "is in the keyring" in made(tmp_path / "open").sealed


def test_a_copy_of_a_case_opens_with_the_same_key(tmp_path: Path) -> None:
    case = made(tmp_path / "case")
    case.store.close()
    copy = CaseFile(copytree(case.folder, tmp_path / "elsewhere"))
    assert_same(copy.watchlist or watchlist("x"), watchlist())
    assert np.isfinite((copy.watchlist or watchlist("x")).templates).all()


def test_a_key_of_the_environment_that_is_none_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_LOOK_KEY", "password")
    with pytest.raises(InputError, match="SECOND_LOOK_KEY holds no key"):
        made(tmp_path / "case")
    assert not (tmp_path / "case").exists() and os.environ["SECOND_LOOK_KEY"] == "password"
