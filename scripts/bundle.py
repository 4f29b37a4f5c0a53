"""Makes the one archive that installs on a machine without any network: `make bundle`, see docs/offline.md.

    dist/yingsu-<version>-linux-x86_64.tar.gz     and its .sha256
      install.sh, SHA256SUMS, bundle.conf         what the person runs, every file's hash, what a machine needs
      bin/uv                                      from its pinned wheel
      wheels/app/, app.txt, rasa/, rasa.txt       both environments, each with a list of exactly these files
      program/                                    what lies beside the environments: our code, the encoder, the model

Wheels come by the pinned lists, hashes checked. What has no wheel is built here; it must be pure Python, because
what was compiled here would run on no older system.
"""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import shutil
import signal
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import environments as envs
from scripts.faults import Interrupted, SetupError
from scripts.setup import ROOT, Step, set_up
from scripts.tools import Runner, find_python

GLIBC = 28
"""The oldest C library that will do, 2.28: of Kylin V10, openEuler 20.03, Debian 10."""

_PLATFORMS = [
    *(f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC, 4, -1)),
    *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
]
_BESIDE = ("config.yml", "LICENSE", "README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md")
_FOLDERS = ("nlu", "docs", "deploy")
_LEFT_OUT = (".venv", ".rasa", "models", "__pycache__", "install.sh")
_MODEL = ("model.tar.gz", "jieba.cache")  # the second spares every start half a second


@dataclass(frozen=True)
class Wheels:
    """The wheels of one environment.

    Attributes:
        name: Of the folder and the list in the bundle.
        version: The Python that they are for.
        lists: Pinned lists with hashes.
        room: What the environment takes when installed, in GB.
    """

    name: str
    version: str
    lists: tuple[str, ...]
    room: float = 0.0


APP = Wheels("app", "3.11", ("requirements/app.txt",), envs.APP.size)
RASA = Wheels("rasa", "3.10", ("requirements/rasa.txt",), envs.RASA.size)
UV = Wheels("uv", "3.11", ("requirements/uv.txt",))


def _folder(root: Path, wheels: Wheels) -> Path:
    return root / "build" / "bundle" / wheels.name


def _key(root: Path, wheels: Wheels) -> str:
    return envs.digest(root, wheels.lists, f"{wheels.version} {_PLATFORMS}")


def are_current(root: Path, wheels: Wheels) -> bool:
    """Whether the wheels were fetched, all of them, by what the lists say now."""
    stamp = _folder(root, wheels) / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _key(root, wheels)


def fetch(root: Path, wheels: Wheels, runner: Runner, uv: str, step: str) -> None:
    """Fetch the wheels of an environment, and build those that nobody offers.

    Raises:
        SetupError: No Python, no network, a hash that does not fit, or a package that needs a compiler.
    """
    folder = _folder(root, wheels)
    half = folder.with_name(f"{wheels.name}.half")
    for old in (folder, half):
        shutil.rmtree(old, ignore_errors=True)
    half.mkdir(parents=True)
    log = f"bundle-{wheels.name}"
    python = find_python(runner, uv, (wheels.version,))
    try:
        runner.run([uv, "venv", "--no-project", "--seed", "--python", python, str(half / "pip")], step, log)
        pip = [str(half / "pip" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        lists = [word for name in wheels.lists for word in ("-r", name)]
        oldest = [word for name in _PLATFORMS for word in ("--platform", name)]
        exactly = ["--no-deps", "--require-hashes", "--progress-bar", "off"]
        runner.run([*pip, "download", *exactly, *oldest, "--dest", str(half), *lists], step, log)
        for source in sorted(set(half.iterdir()) - set(half.glob("*.whl")) - {half / "pip"}):
            runner.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(half / "built"), str(source)], step, log)
            source.unlink()
        for built in sorted((half / "built").glob("*.whl")):
            if not built.name.endswith("-none-any.whl"):
                raise SetupError(
                    f"{built.name} 要编译，编译出来的在旧系统上不能用；请在清单里换一个有现成 wheel 的版本。",
                    f"{built.name} was compiled here and would not run on older systems; pin a release with a wheel.",
                )
            built.replace(half / built.name)
        shutil.rmtree(half / "built", ignore_errors=True)
        shutil.rmtree(half / "pip")
        (half / ".stamp").write_text(_key(root, wheels), encoding="ascii")
        half.replace(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def write_list(folder: Path, path: Path) -> None:
    """Write a list that installs exactly the wheels of a folder: name, version and hash of each."""
    lines = []
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{name}=={version} --hash=sha256:{_sha256(wheel)}\n")
    path.write_text("".join(lines), encoding="ascii")


def unpack_program(wheel: Path, program: Path, linked: Path) -> None:
    """Split our wheel: the code goes beside the environments, and a wheel that points there into one.

    The code looks for the model and Rasa's environment beside itself, so it does not belong into site-packages. The
    pointer is relative: four folders up from `.venv/lib/python3.11/site-packages`, so that the whole can be moved.

    Args:
        wheel: Our wheel as hatchling builds it.
        program: Folder for the code.
        linked: Folder for the other wheel, which has the same name.
    """
    with zipfile.ZipFile(wheel) as whole:
        names = [name for name in whole.namelist() if not name.endswith("/")]
        about = [name for name in names if ".dist-info/" in name and not name.endswith("/RECORD")]
        record = next(name for name in names if name.endswith(".dist-info/RECORD"))
        whole.extractall(program, [name for name in names if ".dist-info/" not in name])
        contents = {name: whole.read(name) for name in about}
    contents["yingsu.pth"] = b"../../../..\n"
    lines = [f"{name},sha256={_record_hash(data)},{len(data)}\n" for name, data in contents.items()]
    contents[record] = "".join([*lines, f"{record},,\n"]).encode()
    with zipfile.ZipFile(linked / wheel.name, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in contents.items():
            out.writestr(zipfile.ZipInfo(name), data)  # with no time, so that the same code makes the same bytes


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS: a line for every other file below a folder, as `sha256sum -c` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    text = "".join(f"{_sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8")


def pack(root: Path, runner: Runner, step: str) -> Path:
    """Lay everything out and make the archive of it; the archive.

    Raises:
        SetupError: A tool's failure, or no room.
    """
    build = root / "build" / "bundle"
    tree, own = build / "tree", build / "own"
    half = root / "dist" / ".half.tar.gz"
    for old in (tree, own):
        shutil.rmtree(old, ignore_errors=True)
    half.parent.mkdir(exist_ok=True)
    try:
        python = str(root / envs.APP.folder / "bin" / "python")
        runner.run([python, "-m", "hatchling", "build", "-t", "wheel", "-d", str(own)], step, "bundle")
        wheel = next(own.glob("*.whl"))
        version = wheel.name.split("-")[1]
        bundle = tree / f"yingsu-{version}-linux-x86_64"
        program = bundle / "program"
        (bundle / "bin").mkdir(parents=True)
        for wheels in (APP, RASA):
            into = bundle / "wheels" / wheels.name
            shutil.copytree(_folder(root, wheels), into, copy_function=os.link, ignore=lambda *_: {".stamp"})
        unpack_program(wheel, program, bundle / "wheels" / APP.name)
        for wheels in (APP, RASA):
            write_list(bundle / "wheels" / wheels.name, bundle / "wheels" / f"{wheels.name}.txt")
        _lay_beside(root, program)
        _take_uv(next(_folder(root, UV).glob("uv-*.whl")), bundle / "bin" / "uv")
        shutil.copy(root / "deploy" / "install.sh", bundle)
        needs = f"version={version}\nglibc=2.{GLIBC}\nroom={(APP.room + RASA.room) * 1000:.0f}\n"
        (bundle / "bundle.conf").write_text(needs, encoding="ascii")
        write_sums(bundle)
        # Nearly all of it is compressed already; the rest is uv and our own text.
        same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@946684800", "--mode=u+rwX,go=rX"]
        gzip = ["--use-compress-program", "gzip -1n"]
        runner.run(["tar", "-c", *same, *gzip, "-f", str(half), "-C", str(tree), bundle.name], step, "bundle")
        archive = root / "dist" / f"{bundle.name}.tar.gz"
        half.replace(archive)
        archive.with_name(f"{archive.name}.sha256").write_text(f"{_sha256(archive)}  {archive.name}\n")
        return archive
    finally:
        half.unlink(missing_ok=True)
        for made in (tree, own):
            shutil.rmtree(made, ignore_errors=True)


def _lay_beside(root: Path, program: Path) -> None:
    for name in _BESIDE:
        shutil.copy(root / name, program)
    for name in _FOLDERS:
        shutil.copytree(root / name, program / name, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    (program / "nlu" / "models").mkdir()
    for name in _MODEL:
        shutil.copy(root / "nlu" / "models" / name, program / "nlu" / "models")


def _take_uv(wheel: Path, path: Path) -> None:
    with zipfile.ZipFile(wheel) as whole:
        path.write_bytes(whole.read(next(name for name in whole.namelist() if name.endswith("/scripts/uv"))))
    path.chmod(0o755)


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            total.update(part)
    return total.hexdigest()


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def steps(archives: list[Path]) -> Iterator[Step]:
    """What is done, in order; the archive is added to `archives`."""
    labels = {
        APP: "应用的软件包 application's wheels",
        RASA: "Rasa 的软件包 Rasa's wheels",
        UV: "uv 的软件包 uv's wheel",
    }
    for wheels, label in labels.items():

        def current(root: Path, wheels: Wheels = wheels) -> bool:
            return are_current(root, wheels)

        def make(root: Path, runner: Runner, uv: str, step: str, wheels: Wheels = wheels) -> None:
            fetch(root, wheels, runner, uv, step)

        yield Step(f"wheels-{wheels.name}", label, current, make, 0.6)

    def archive(root: Path, runner: Runner, uv: str, step: str) -> None:
        archives.append(pack(root, runner, step))

    yield Step("archive", "打包 archive (dist)", lambda root: False, archive, 1.5)


def main() -> int:
    """Make the archive; the exit code: 0 made, 2 something a person can mend, 1 a fault of ours, 130 interrupted."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    archives: list[Path] = []
    try:
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise SetupError(
                "离线安装包只能在 x86_64 的 Linux 上打；请换一台机器运行 make bundle。",
                "The bundle is made on Linux on x86_64; run make bundle on such a machine.",
            )
        set_up(ROOT, [list(steps(archives))], quiet=False)
    except SetupError as fault:
        return _told(fault)
    except KeyboardInterrupt:
        return _told(Interrupted())
    (archive,) = archives
    print(f"{archive.relative_to(ROOT)}  {archive.stat().st_size / 1e6:.0f} MB")
    return 0


def _told(fault: SetupError) -> int:
    print(str(fault).replace("make setup", "make bundle"), file=sys.stderr)  # the tools' sentences name their own
    return fault.code


if __name__ == "__main__":
    sys.exit(main())
