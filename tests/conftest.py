"""What many tests share: packs, opened once a session, a case with a list, and footage of the listed."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path

import pytest

from tests.command import call
from tests.footage_factory import make_clip
from tests.postgres import PASSWORD, Home, Server, binaries, serving
from tests.scenes import Walk, write_photo, write_scene
from widgets.serving import quick  # noqa: F401  every worker imports what a server does, and would wait as long
from workbench.models.pack import Pack

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
MINIFIX = SHARED / "models" / "minifix"
here = pytest.mark.skipif(not MINIFIX.is_dir(), reason="the minifix pack is not beside this checkout (shared/data)")
LONG = ("test_notebooks", "test_resume", "test_demo", "test_cli.")  # by name of the file


def pytest_configure() -> None:
    """Ctrl-C as in a terminal, here and in every process started from here: what a shell runs in the background ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no worker ends alone with one; files with a browser, which need two cores each, between others."""
    files = dict.fromkeys(item.location[0] for item in items)
    screens = [file for file in files if "browser/" in file]
    others = sorted(files.keys() - set(screens), key=lambda file: (not any(part in file for part in LONG), file))
    turns = chain.from_iterable(zip_longest(others, screens))
    rank = {file: turn for turn, file in enumerate(turns)}
    items.sort(key=lambda item: rank[item.location[0]])


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no search for garbage looks at it again, which saves a tenth of the time of most tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def keys_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys of cases go to a folder of the tests, never to the keyring or the folders of whoever runs them."""
    folder = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("SECOND_LOOK_KEY", "SECOND_LOOK_DATABASE"))]:
            patch.delenv(name)
        patch.setenv("SECOND_LOOK_KEYS", str(folder))
        yield folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real footage, photographs and models that lie beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the real data are not beside this checkout (shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def minifix(shared: Path) -> Pack:
    """A small InsightFace-format pack."""
    from workbench.models.packs import load_pack

    return load_pack(shared / "models" / "minifix")


@pytest.fixture(scope="session")
def dlib() -> Pack:
    """The embedded pack."""
    from workbench.models.packs import load_pack

    return load_pack("dlib")


@pytest.fixture(scope="session")
def pack() -> str:
    """Name or path of the quick pack where it is beside this checkout, else of the embedded one."""
    return str(MINIFIX) if MINIFIX.is_dir() else "dlib"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, with the password to it in the environment."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with pytest.MonkeyPatch.context() as patch, serving() as server:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield server


@pytest.fixture(scope="module", params=["folder", "office"])
def home(request: pytest.FixtureRequest) -> Home:
    """For what must hold wherever the rows of a case lie: the folder, then an office's database."""
    return Home(request.getfixturevalue("postgres") if request.param == "office" else None)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Portraits of eve and ann; ben, cho and dan are strangers."""
    folder = tmp_path_factory.mktemp("list") / "photos"
    for name in ("eve", "ann"):
        write_photo(folder / name / "1.png", name)
    return folder


@pytest.fixture(scope="session")
def lobby(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds, four frames each: eve from 0 to 6 s, ben from 2 to 8 s."""
    walks = (Walk("eve", 0, 6, 5), Walk("ben", 2, 8, 170))
    return write_scene(tmp_path_factory.mktemp("footage") / "lobby.mp4", walks, 8, rate=4)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the clips of a file of tests."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def plain(clips: Path) -> Path:
    """A clip of 60 frames with nothing special to it."""
    return make_clip(clips / "plain.mp4", 60)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, pack: str) -> Path:
    """A case without a list; copy it, do not write to it."""
    folder = tmp_path_factory.mktemp("made") / "case"
    assert call("case", "new", folder, "--purpose", "a test", "--authority", "its author", "--pack", pack).code == 0
    return folder


@pytest.fixture(scope="session")
def listed(made: Path, photos: Path) -> Path:
    """A case with eve and ann on its list; copy it, do not write to it."""
    folder = Path(shutil.copytree(made, made.with_name("listed")))
    assert call("enroll", folder, photos).code == 0
    return folder


@pytest.fixture
def case(listed: Path, tmp_path: Path) -> Path:
    """A case of one's own, with eve and ann on its list."""
    return Path(shutil.copytree(listed, tmp_path / "case"))


@pytest.fixture
def bare(made: Path, tmp_path: Path) -> Path:
    """A case of one's own, without a list."""
    return Path(shutil.copytree(made, tmp_path / "bare"))
