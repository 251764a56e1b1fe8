"""Time stamps on the log: asked for, kept, checked, refused; by a service of the test's own, without any network."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.command import call, refused
from workbench.case import Case
from workbench.casefile import audit
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.store import DATABASE
from workbench.casefile.tokens import read_token
from workbench.errors import InputError

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = x
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[clock]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[other]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,serverAuth
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
KEYS = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("rsa:2048",)}


@dataclass(frozen=True)
class Service:
    """A time-stamping service with a root of its own, as files."""

    folder: Path

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["openssl", *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=60
        )

    def must(self, *words: object) -> None:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr

    def answer(self, request: bytes) -> bytes:
        (self.folder / "q.tsq").write_bytes(request)
        signed = ("-signer", "clock.pem", "-inkey", "clock.key", "-queryfile", "q.tsq", "-out", "a.tsr")
        self.must("ts", "-reply", "-config", "own.cnf", "-section", "tsa", *signed)
        return (self.folder / "a.tsr").read_bytes()


def service(folder: Path, kind: str = "ec") -> Service:
    folder.mkdir()
    made = Service(folder)
    (folder / "own.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01")
    new = ("req", "-config", "own.cnf", "-nodes", "-newkey", *KEYS[kind])
    made.must(
        *new, "-x509", "-extensions", "root", "-keyout", "root.key", "-out", "root.pem", "-subj", f"/CN={folder.name}"
    )
    made.must(*new, "-keyout", "clock.key", "-out", "clock.csr", "-subj", "/O=An office/CN=Its clock")
    sign = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "own.cnf", "-extensions", "clock")
    made.must("x509", "-req", "-in", "clock.csr", *sign, "-out", "clock.pem")
    return made


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Service:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: it makes the time-stamping service of this test")
    return service(tmp_path_factory.mktemp("stamps") / "root")


@pytest.fixture
def folder(made: Path, tmp_path: Path, clock: Service) -> Path:
    """A sealed case of one's own without a list; `clock` first, so that a skip says why."""
    return Path(shutil.copytree(made, tmp_path / "case"))


@contextmanager
def serving(reply: Callable[[bytes], tuple[int, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine; its address, and the Authorization headers that it got."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            got.append(self.headers.get("Authorization", ""))
            code, body = reply(self.rfile.read(int(self.headers["Content-Length"])))
            if code == 0:
                return  # hangs up without a word
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{running.server_port}", got
        finally:
            running.shutdown()
            thread.join()


def by_hand(folder: Path, clock: Service, place: Path) -> Path:
    """Stamp a case with two files; the answer."""
    asked, answer = place / "head.tsq", place / "head.tsr"
    assert call("case", "stamp", folder, "--request", asked).code == 0
    answer.write_bytes(clock.answer(asked.read_bytes()))
    return answer


def entries(folder: Path) -> int:
    return len(Case(folder, purge_due=False).log)


def test_a_stamp_by_hand_is_for_the_head_that_verify_prints_and_is_good_while_the_log_goes_on(
    folder: Path, clock: Service, tmp_path: Path
) -> None:
    head = Case(folder).verify().head
    answer = by_hand(folder, clock, tmp_path)
    assert read_token(answer.read_bytes()).imprint == head["hash"]
    assert entries(folder) == head["entries"], "a request changes nothing"
    with Case(folder).store.change() as session:
        audit.note(session, "something else")
    said = call("case", "stamp", folder, "--response", answer, "--by", "A. Ng")
    assert said.code == 0 and f"up to entry {head['entries']}" in said.out and "Its clock" in said.out, said
    last = Case(folder).log[-1]
    assert (last.action, last.who, last.about["entry"]) == ("log stamped", "A. Ng", head["entries"])
    checked = call("case", "verify", folder, "--tsa-roots", clock.roots)
    assert checked.code == 0 and "stamp 1: " in checked.out and "leads to the given roots" in checked.out
    assert "nobody vouched" in call("case", "verify", folder).out
    (stamp,) = call("case", "verify", folder, "--json").json["stamps"]
    assert stamp["imprint"] == head["hash"] and stamp["entry"] == head["entries"] and stamp["rooted"] is None
    refused(call("case", "stamp", folder, "--response", answer), "in the case already: stamp 1")


def test_a_stamp_signed_with_rsa_holds_too(folder: Path, tmp_path: Path) -> None:
    other = service(tmp_path / "rsa", "rsa")
    Case(folder).keep_stamp(other.answer(Case(folder).stamp_request()))
    found = Case(folder).verify(tsa_roots=other.roots)
    assert found.clean and found.stamps[0].rooted


def test_a_service_is_asked_and_its_password_is_kept_nowhere(folder: Path, clock: Service) -> None:
    with serving(lambda request: (200, clock.answer(request))) as (host, got):
        said = call("case", "stamp", folder, "--tsa", f"http://ng:hush%21@{host}/tsa?token=secret", "--json")
    assert said.code == 0 and said.json["who"].startswith("Common Name: Its clock"), said
    assert got == ["Basic bmc6aHVzaCE="]  # ng:hush!
    assert Case(folder).log[-1].about["service"] == f"http://{host}/tsa"
    assert b"hush" not in (folder / DATABASE).read_bytes() and b"secret" not in (folder / DATABASE).read_bytes()
    assert Case(folder).verify(tsa_roots=clock.roots).clean


@pytest.mark.parametrize(
    ("code", "body", "said"),
    [
        (200, b"rubbish", "no time stamp"),
        (200, b"", "no time stamp"),
        (200, b"\x30\x82" + b"\x00" * 200, "no time stamp"),
        (200, b"x" * (1 << 20) + b"y", "larger than any"),
        (200, bytes.fromhex("30053003020102"), "no stamp: rejection"),
        (200, bytes.fromhex("300b300902010230040c026e6f"), "rejection, no"),
        (500, b"<html>", "500"),
        (302, b"", "302"),
        (0, b"", "cannot be asked"),
    ],
)
def test_an_answer_that_is_no_stamp_is_refused_in_a_line_and_nothing_is_kept(
    folder: Path, code: int, body: bytes, said: str
) -> None:
    before = entries(folder)
    with serving(lambda request: (code, body)) as (host, _):
        refused(call("case", "stamp", folder, "--tsa", f"http://ng:hush@{host}/"), said, f"http://{host}/")
    assert entries(folder) == before and Case(folder).verify().stamps == ()


def test_an_older_answer_is_not_taken_for_the_one_that_was_asked_for(folder: Path, clock: Service) -> None:
    older = clock.answer(Case(folder).stamp_request())
    with serving(lambda request: (200, older)) as (host, _):
        refused(call("case", "stamp", folder, "--tsa", f"http://{host}/"), "answer to another request")


@pytest.mark.parametrize("address", ["ftp://x/", "file:///etc/passwd", "http://", "http://x:99999/", "tsa.example"])
def test_what_is_no_address_is_refused(folder: Path, address: str) -> None:
    refused(call("case", "stamp", folder, "--tsa", address), "no address of a time-stamping service")


def test_a_service_that_is_not_there_is_said_to_be(folder: Path) -> None:
    with serving(lambda request: (200, b"")) as (host, _):
        pass
    refused(call("case", "stamp", folder, "--tsa", f"http://{host}/"), "cannot be asked", "--request")


def test_files_that_cannot_be_used_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    refused(call("case", "stamp", folder, "--request", tmp_path / "there"), "exists")
    refused(call("case", "stamp", folder, "--response", tmp_path / "none"), "cannot be read")
    refused(call("case", "verify", folder, "--tsa-roots", tmp_path / "there"), "holds no certificate")
    refused(call("case", "verify", folder, "--tsa-roots", tmp_path / "none"), "cannot be read")
    assert call("case", "stamp", folder).code == 2
    assert call("case", "stamp", folder, "--request", tmp_path / "a", "--tsa", "http://x/").code == 2


def test_no_single_altered_byte_makes_another_stamp(folder: Path, clock: Service) -> None:
    answer = clock.answer(Case(folder).stamp_request())
    true = read_token(answer)
    for place in range(len(answer)):
        altered = bytearray(answer)
        altered[place] ^= 0x01
        try:
            assert read_token(bytes(altered)) == true, place  # a byte that no signature covers, and that says nothing
        except InputError:
            continue


def test_an_altered_answer_and_one_of_another_case_are_refused(
    folder: Path, clock: Service, tmp_path: Path, made: Path
) -> None:
    answer = by_hand(folder, clock, tmp_path)
    altered = bytearray(answer.read_bytes())
    altered[-1] ^= 1
    (tmp_path / "altered.tsr").write_bytes(altered)
    refused(call("case", "stamp", folder, "--response", tmp_path / "altered.tsr"), "altered.tsr is not kept", "altered")
    Case.create(tmp_path / "other", purpose="p", authority="a")
    refused(call("case", "stamp", tmp_path / "other", "--response", answer), "for another case")


def test_a_certificate_that_is_not_for_time_stamps_is_refused(folder: Path, clock: Service, tmp_path: Path) -> None:
    """openssl does not sign with one; so the clock's own certificate is exchanged for another of the same key."""
    sign = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "own.cnf", "-extensions", "other")
    clock.must("x509", "-req", "-in", "clock.csr", *sign, "-outform", "DER", "-out", "other.der")
    from asn1crypto import cms, tsp, x509

    answer = tsp.TimeStampResp.load(clock.answer(Case(folder).stamp_request()))
    signed = answer["time_stamp_token"]["content"]
    other = x509.Certificate.load((clock.folder / "other.der").read_bytes())
    signed["certificates"] = cms.CertificateSet([cms.CertificateChoices("certificate", other)])
    with pytest.raises(InputError, match="no certificate of its signer"):
        read_token(answer.dump(force=True))


def test_other_roots_are_named_as_a_finding(folder: Path, clock: Service, tmp_path: Path) -> None:
    Case(folder).keep_stamp(clock.answer(Case(folder).stamp_request()))
    wrong = service(tmp_path / "wrong")
    found = call("case", "verify", folder, "--tsa-roots", wrong.roots)
    assert found.code == 1 and "stamp 1 is signed by" in found.out and "does not lead to the given roots" in found.out


def test_a_token_altered_in_the_case_is_found_by_its_row_and_by_its_signature(folder: Path, clock: Service) -> None:
    kept = bytearray(clock.answer(Case(folder).stamp_request()))
    Case(folder).keep_stamp(bytes(kept))
    kept[-1] ^= 1
    with closing(sqlite3.connect(folder / DATABASE)) as raw:
        raw.execute("UPDATE stamp SET response = ?", (bytes(kept),))
        raw.commit()
    found = call("case", "verify", folder)
    assert found.code == 1 and "stamp 1 was altered after entry" in found.out and "stamp 1 does not hold" in found.out


def test_a_log_written_anew_with_the_key_fits_everything_but_the_stamp(
    folder: Path, clock: Service, tmp_path: Path
) -> None:
    """Who has the key does it as the program does: the first entry gets another author, and every link is made again."""
    answer = by_hand(folder, clock, tmp_path)
    Case(folder).keep_stamp(answer.read_bytes())
    case = Case(folder)
    rewrite(case)
    copy = Path(shutil.copytree(folder, tmp_path / "elsewhere"))  # a machine that has not seen the case
    found = Case(copy).verify(tsa_roots=clock.roots)
    assert [each.what for each in found.findings] == ["stamp 1"] and "is for another log" in found.findings[0].how
    with closing(sqlite3.connect(copy / DATABASE)) as raw:
        raw.execute("DELETE FROM stamp")
        raw.commit()
    refused(call("case", "stamp", copy, "--response", answer), "for another case")


def rewrite(case: Case) -> None:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from workbench.casefile.audit_tables import HeadRow

    signing = case.store.sealing.signing
    with Session(case.store.engine) as session, session.begin():
        before = audit.START
        for row in session.scalars(select(AuditRow).order_by(AuditRow.number)):
            row.who, row.previous = "somebody else", before
            row.hash = before = audit.hash_of(row)
            row.mac = signing.entry_code(row.hash)
        head = session.get(HeadRow, 1)
        assert head is not None
        head.hash, head.signature = before, signing.sign(head.count, before)
    case.store.close()


def test_the_bag_has_what_openssl_needs_to_check_a_stamp(
    listed: Path, lobby: Path, clock: Service, tmp_path: Path
) -> None:
    case = Case(shutil.copytree(listed, tmp_path / "case"))
    run = case.scan(lobby, every=1)
    case.keep_stamp(clock.answer(case.stamp_request()))
    case.export(tmp_path / "bag", [run.alerts[0].id])
    stamps = tmp_path / "bag/data/stamps"
    log = json.loads((tmp_path / "bag/data/audit.json").read_text(encoding="utf-8"))
    lines = (stamps / "README.txt").read_text(encoding="utf-8").splitlines()
    commands = [line.split("   (")[0].split() for line in lines if line.startswith("  openssl")]
    assert len(commands) == 2  # by hash, and by the text of the entry, which the excerpt discloses
    assert commands[0][4] in log["hashes"]
    for command in commands:
        words = [str(clock.roots) if word == "ROOTS.pem" else word for word in command]
        done = subprocess.run(words, cwd=stamps, capture_output=True, text=True, timeout=60)
        assert "Verification: OK" in done.stdout + done.stderr, done
    text = stamps / "stamp-1.txt"
    text.write_text(text.read_text(encoding="utf-8") + " ", encoding="utf-8")
    done = subprocess.run(words, cwd=stamps, capture_output=True, text=True, timeout=60)
    assert "Verification: FAILED" in done.stdout + done.stderr
