"""The Dockerfile is sound, and its install and start steps do what the image needs."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.settings import Settings

ROOT = Path(__file__).parents[1]
START_S = 120  # the first start loads torch and the model, on a busy machine for a while
INGEST_S = 300


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile: its keyword and the rest, continuation lines joined."""

    keyword: str
    rest: str


def parse(text: str) -> list[list[Instruction]]:
    """Read a Dockerfile into its stages, each beginning with FROM; comments are left out."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    stages: list[list[Instruction]] = []
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        keyword, _, rest = line.partition(" ")
        if keyword == "FROM":
            stages.append([])
        stages[-1].append(Instruction(keyword, rest.strip()))
    return stages


STAGES = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
LAST = STAGES[-1]
EVERY = [instruction for stage in STAGES for instruction in stage]


def rests(keyword: str, instructions: list[Instruction] = EVERY) -> list[str]:
    return [instruction.rest for instruction in instructions if instruction.keyword == keyword]


def steps(containing: str) -> list[str]:
    """List the single commands of RUN instructions that contain a text."""
    return [step for run in rests("RUN") for step in run.split(" && ") if containing in step]


def environment() -> dict[str, str]:
    """Give the last stage's ENV variables, without PATH."""
    pairs = [word.split("=", 1) for rest in rests("ENV", LAST) for word in shlex.split(rest)]
    return {name: value for name, value in pairs if name != "PATH"}


def sources() -> list[str]:
    """List what COPY takes from the repository."""
    return [word for rest in rests("COPY") if not rest.startswith("--from=") for word in rest.split()[:-1]]


def health_command() -> list[str]:
    command: list[str] = json.loads(rests("HEALTHCHECK", LAST)[0].partition("CMD ")[2])
    return command


def test_the_parser_joins_lines_and_drops_comments() -> None:
    stages = parse('FROM a:1 AS b\nRUN x \\\n# why\n  && y\n\nFROM c:2\nCMD ["z"]\n')
    assert [[(i.keyword, i.rest) for i in stage] for stage in stages] == [
        [("FROM", "a:1 AS b"), ("RUN", "x   && y")],
        [("FROM", "c:2"), ("CMD", '["z"]')],
    ]


def test_there_are_stages_and_the_last_takes_from_each_of_the_others() -> None:
    names = [stage[0].rest.partition(" AS ")[2] for stage in STAGES[:-1]]
    assert len(names) >= 1
    assert all(any(rest.startswith(f"--from={name} ") for rest in rests("COPY", LAST)) for name in names)


def test_every_base_image_has_a_version_and_it_is_the_same() -> None:
    bases = {rest.partition(" AS ")[0] for rest in rests("FROM")}
    assert bases == {"python:3.11-slim"}


def test_the_image_runs_as_a_user_of_its_own() -> None:
    user = rests("USER", LAST)[-1]
    assert user.partition(":")[0] not in {"root", "0"}
    assert any(run.startswith("useradd") and f" {user} " in run for run in rests("RUN", LAST))
    start = [i.keyword for i in LAST].index("USER")
    assert {"CMD", "HEALTHCHECK"} <= {i.keyword for i in LAST[start:]}
    # What the index is built with must be what reads it.
    assert any("ibid ingest" in run for run in rests("RUN", LAST[start:]))


def test_it_starts_without_a_shell_and_says_its_port() -> None:
    assert json.loads(rests("CMD", LAST)[0]) == ["ibid", "serve"]
    assert rests("EXPOSE", LAST) == [environment()["IBID_PORT"]] == ["8000"]
    assert "/readyz" in health_command()[-1]


def test_nothing_is_added_fetched_or_raised_behind_pips_back() -> None:
    words = {word for i in EVERY for word in [i.keyword, *re.findall(r"[\w-]+", i.rest)]}
    assert not words & {"ADD", "sudo", "curl", "wget", "apt", "apt-get", "latest"}
    assert not [i.rest for i in EVERY if "://" in i.rest.replace("http://127.0.0.1:", "")]


def test_every_pip_install_leaves_no_cache_and_keeps_to_the_constraints() -> None:
    installs = steps("pip install")
    assert len(installs) == 3
    for install in installs:
        assert "--no-cache-dir" in install
        assert "-c constraints.txt" in install


def test_every_copied_path_exists_and_reaches_the_build() -> None:
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in let_in
    for source in sources():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_in
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert set(packages["packages"]) < set(sources())


def test_what_changes_least_is_copied_first() -> None:
    assert sources()[:2] == ["constraints.txt", "pyproject.toml"]
    last = rests("COPY", LAST)
    assert last[0].startswith("--from=dependencies")
    assert last[-1].startswith("corpus")


def test_every_variable_is_a_setting() -> None:
    names = {name for name in environment() if name.startswith("IBID_")}
    assert names == {"IBID_CORPUS_DIR", "IBID_DATA_DIR", "IBID_HOST", "IBID_PORT"}
    assert {name.removeprefix("IBID_").lower() for name in names} <= set(Settings.model_fields)


def test_it_listens_to_the_outside_and_asks_no_hub() -> None:
    assert ipaddress.ip_address(environment()["IBID_HOST"]).is_unspecified
    assert environment()["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize(("cuda", "refused"), [(None, False), ("13.0", True)])
def test_a_torch_built_for_gpus_is_refused_with_what_to_do(tmp_path: Path, cuda: str | None, refused: bool) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    package = next((tmp_path / "venv").glob("lib/python*/site-packages")) / "torch"
    package.mkdir()
    (package / "version.py").write_text(f"cuda = {cuda!r}\n")
    [check] = steps("torch/version.py")
    done = shell(check, tmp_path, {"PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"})
    assert done.returncode == int(refused)
    assert ("--build-arg TORCH_INDEX= with the CPU wheel index" in done.stderr) is refused
    assert len(done.stderr.splitlines()) == int(refused)


def test_the_dependencies_are_those_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    [step] = steps("> requirements.txt")
    assert shell(step, tmp_path, path_here()).returncode == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (tmp_path / "requirements.txt").read_text().splitlines() == project["dependencies"]


def test_the_image_ingests_starts_and_becomes_ready(tmp_path: Path) -> None:
    """Runs the image's own RUN, CMD and HEALTHCHECK commands, with the folders and the port of this test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    here = {
        "IBID_CORPUS_DIR": str(ROOT / "corpus"),
        "IBID_DATA_DIR": str(tmp_path / "data"),
        "IBID_HOST": "127.0.0.1",
        "IBID_PORT": port,
    }
    variables = environment() | here | path_here()
    [ingest] = steps("ibid ingest")
    done = shell(ingest, ROOT, variables, timeout=INGEST_S)
    assert done.returncode == 0, done.stderr
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            json.loads(rests("CMD", LAST)[0]),
            cwd=ROOT,
            env=os.environ | variables,
            stdout=out,
            stderr=out,
        )
    try:
        assert ready(port, server), log.read_text(errors="replace")
        assert subprocess.run(health_command(), env=os.environ | variables, timeout=30).returncode == 0
    finally:
        stop(server)
    # A service that is gone is not healthy, even though the command itself still works.
    gone = subprocess.run(health_command(), env=os.environ | variables, timeout=30, capture_output=True)
    assert gone.returncode != 0


def path_here() -> dict[str, str]:
    """Put the commands of the environment that runs the tests first, as the image does with its own."""
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def shell(
    command: str, folder: Path, variables: dict[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=os.environ | variables,
        timeout=timeout,
        capture_output=True,
        text=True,
    )


def ready(port: str, server: subprocess.Popen[bytes]) -> bool:
    """Wait until GET /readyz says 200; False if the server ends or ``START_S`` pass before."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
        except OSError:
            pass
        time.sleep(0.2)
    return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server as `docker stop` does: ask, then insist."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=20)
