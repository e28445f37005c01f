"""The ``ibid`` command: results on stdout, progress and notices on stderr, non-zero on failure."""

from __future__ import annotations

import gc
import json
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ingest.errors import IbidError, ServerError
from service.settings import MAX_K, Settings, load_settings

if TYPE_CHECKING:  # heavy modules are imported by the commands that need them: `ibid --help` answers at once
    from index.indexing import Indexed, Report
    from index.retrieval import Hit
    from service.answer import Answer
    from service.library import Library

app = typer.Typer(
    help="Answers questions over footnoted documents, and proves every answer.",
    no_args_is_help=True,
    epilog="Settings are IBID_… variables of the environment; an option overrides its variable.",
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ibid {version('ibid')}")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version, and exit")
    ] = False,
) -> None:
    """Answers questions over footnoted documents, and proves every answer."""


DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the index [IBID_DATA_DIR]")]
_MODES = (
    "auto: by a language model where one is set; extractive: by quotes; llm: by the model, however weak the evidence"
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines")]
HowMany = Annotated[int | None, typer.Option("-k", min=1, max=MAX_K, help="How many passages [IBID_K]")]


def run(command: typer.Typer) -> None:
    """Run ``command``; an IbidError becomes one sentence on stderr and exit status 1."""
    try:
        command(prog_name="ibid")
    except IbidError as error:
        notices().print(f"[red]ibid:[/red] {escape(str(error))}")
        raise SystemExit(1) from None
    except OSError as error:  # no permission, a full disk: what the operating system says is all there is to say
        notices().print(f"[red]ibid:[/red] {escape(str(error))}; check the path and its permissions")
        raise SystemExit(1) from None


def results() -> Console:
    """Where results go. Texts are printed as they stand: nothing in them is markup or the name of an emoji."""
    return Console(soft_wrap=True, highlight=False, markup=False, emoji=False)


def notices() -> Console:
    """Where progress and notices go."""
    return Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def print_json(value: object) -> None:
    """Print ``value`` as JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress() -> Iterator[Report]:
    """Show a bar for each document on stderr."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=notices())
    tasks: dict[str, TaskID] = {}

    def report(document: str, done: int, total: int) -> None:
        if document not in tasks:
            tasks[document] = bar.add_task(f"ingesting {document}", total=total)
        bar.start()
        bar.update(tasks[document], completed=done)

    try:
        yield report
    finally:
        if tasks:  # a bar that never began leaves a blank line where it stops
            bar.stop()


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; if none is given, that of the corpus [IBID_CORPUS_DIR]"),
    ] = None,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make the index anew from the texts in it and PATHS, as for another model"),
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Put documents into the index: .txt and .md files, UTF-8; what is there already is not embedded again."""
    settings = load_settings(data_dir=data_dir)
    from service import library

    if not paths and not rebuild:
        paths = [settings.corpus_dir]
    with progress() as report:
        done = (
            library.rebuild(settings, paths or [], report) if rebuild else library.ingest(settings, paths or [], report)
        )
    if as_json:
        print_json([_indexed_json(indexed) for indexed in done])
        return
    for indexed in done:
        state = f"{indexed.embedded} passages embedded" if indexed.changed else "unchanged"
        info = indexed.info
        typer.echo(f"{info.id}: {info.passages} passages, {info.footnotes} footnotes ({state})")


def _indexed_json(indexed: Indexed) -> dict[str, object]:
    from service.schemas import DocumentOut

    document = DocumentOut.of(indexed.info).model_dump(mode="json")
    return {**document, "embedded": indexed.embedded, "changed": indexed.changed}


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [IBID_HOST]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [IBID_PORT]")] = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it serves as JSON on stdout")] = False,
) -> None:
    """Serve the chat page, REST, OpenAI's API and MCP; on an empty index the corpus folder is ingested first."""
    settings = load_settings(host=host, port=port, data_dir=data_dir)
    with _listen(settings) as listener:
        import uvicorn

        from service.app import create_app
        from service.library import Library

        library = Library(settings)
        _first_ingest(library)
        library.check_corpus()
        library.warm_up()
        config = uvicorn.Config(
            create_app(settings, library),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=settings.stop_s,
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{settings.port}"
        if as_json:
            print_json({"url": address, "documents": len(library.index.documents())})
        notices().print(f"Ibid answers at {escape(address)} (stop with Ctrl+C)")
        _settle()
        uvicorn.Server(config).run(sockets=[listener])


def _settle() -> None:
    """Tell the garbage collector that all there is now will stay.

    The model's libraries are half a million objects: to go through them took 250 ms, in which nobody was answered. It
    is not done here either: 51 of them were garbage, which may stay.
    """
    gc.freeze()


@contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything is loaded, so that a busy one is said at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small packets at once (TCP_NODELAY) only on sockets that say they are TCP.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen()  # until then another service could take it too
        except (OSError, UnicodeError) as error:
            raise ServerError(
                f"cannot listen on {settings.host}:{settings.port} ({getattr(error, 'strerror', None) or error}); "
                "stop what uses it, or choose another with --host and --port"
            ) from error
        yield listener


def _first_ingest(library: Library) -> None:
    if library.index.documents():
        return
    corpus = library.settings.corpus_dir
    if not corpus.is_dir():
        notices().print(
            f"The index is empty and there is no folder {escape(str(corpus))}; add documents: ibid ingest PATH"
        )
        return
    with progress() as report:
        library.ingest([corpus], report)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in plain language")],
    k: HowMany = None,
    mode: Annotated[Literal["auto", "extractive", "llm"], typer.Option(help=_MODES)] = "auto",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with citations: in verbatim sentences, or by a language model where one is set."""
    library = open_library(load_settings(data_dir=data_dir))
    from service.telling import tell

    answer = tell(library, question, k, mode, None if as_json else results())
    if as_json:
        from service.schemas import AnswerOut

        print_json(AnswerOut.of(answer).model_dump(mode="json"))
        return
    _show_answer(answer)


def _show_answer(answer: Answer) -> None:
    from service.chat_text import place

    console = results()
    for sentence in answer.sentences:
        if sentence.reason:
            console.print(f"\n{sentence.support}: {sentence.reason}", style="yellow")
            console.print(f"    {sentence.text}", style="dim")
    for citation in answer.citations:
        state = "" if citation.verified else " — NOT VERIFIED"
        console.print(f"\n[{citation.mark}] {place(citation.hit)}{state}", style="dim")
        for note in citation.footnotes:
            console.print(f"    note {note.label}: {note.text}", style="dim")
    if not answer.citations:
        for what in answer.unmet:
            console.print(f"not met: {what}", style="yellow")
        _show_hits(answer.hits)
    if answer.notice:
        notices().print(escape(answer.notice))


def _show_hits(hits: Iterable[Hit]) -> None:
    from service.chat_text import place

    console = results()
    for number, hit in enumerate(hits, 1):
        console.print(f"\n{number}. {place(hit)}  ({hit.passage.kind}, {hit.score:.2f})", style="dim")
        console.print(hit.passage.text)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for")],
    k: HowMany = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages nearest to a question."""
    hits = open_library(load_settings(data_dir=data_dir)).search(query, k)
    if as_json:
        from service.schemas import HitOut

        print_json([HitOut.of(hit).model_dump(mode="json") for hit in hits])
        return
    _show_hits(hits)


@app.command()
def compact(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Give the room of what was deleted back to the disk, and make anew what is derived from the texts."""
    library = open_library(load_settings(data_dir=data_dir))
    before = library.index.store.size
    done = library.index.compact()
    after = library.index.store.size
    if as_json:
        print_json({"bytes_before": before, "bytes_after": after, "done": done})
    elif done:
        typer.echo(f"{library.index.store.path}: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")
    if not done:
        notices().print("Another process still reads the index as it was; its next question gives the room back")


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended, and check again")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check that the index keeps its promises; exit status 1 where it does not."""
    from dataclasses import asdict

    from service.doctor import examine

    findings = examine(load_settings(data_dir=data_dir), repair)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            state = Text("ok   ", "green") if finding.ok else Text("wrong", "red")
            results().print(state, f"{finding.check}: {finding.detail}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def open_library(settings: Settings) -> Library:
    """The library of an index that is there. Raises IndexNotReady."""
    from index.store import FILE
    from ingest.errors import IndexNotReady
    from service.library import Library

    if not (settings.data_dir / FILE).exists():
        raise IndexNotReady(f"there is no index in {settings.data_dir}; run: ibid ingest PATH, or set IBID_DATA_DIR")
    return Library(settings)
