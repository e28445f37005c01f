"""The ``ibid`` command with all its parts; evaluation stands above the service, so it is joined on here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import service.cli_documents
import service.cli_protocol  # noqa: F401 (adds its command)
from eval.questions import DEFAULT
from index.threads import quiet_threads
from service.cli import AsJson, DataDir, app, run
from service.settings import load_settings

BASELINE = Path(__file__).parent / "baseline.json"


def main() -> None:
    """Run the command line."""
    quiet_threads()
    run(app)


class BareGate(TyperGroup):
    """Commands before which ``--gate`` may stand without its FILE: then it is ``BASELINE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (Typer keeps the type to itself)
        """Read the arguments."""
        return super().parse_args(ctx, list(_with_baseline(args)))


def _with_baseline(arguments: list[str]) -> Iterator[str]:
    for argument, following in zip(arguments, [*arguments, "-"][1:], strict=True):
        yield argument
        if argument == "--gate" and following.startswith("-"):
            yield str(BASELINE)


evaluation = typer.Typer()
app.add_typer(evaluation, name="eval")


@evaluation.callback(cls=BareGate, invoke_without_command=True)
def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Option(help="Question set, one JSON object a line")] = DEFAULT,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split: dev or test")] = None,
    types: Annotated[str, typer.Option(help="Only the questions of these types, parted by commas")] = "",
    url: Annotated[str | None, typer.Option(help="Ask the service at this address, by its REST API")] = None,
    workers: Annotated[int, typer.Option(min=1, max=2, help="Questions that are asked at once")] = 2,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML there, a test case a question")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Add the tables to this file, in Markdown")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a report there: figures, what moved them, the questions behind")
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="With --html: a record of another run to hold beside; may be given again"),
    ] = None,
    stored: Annotated[
        Path | None, typer.Option("--from", help="Ask nothing: take the answers from a record that --json printed")
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(
            metavar="[FILE]",
            help="Exit status 1 where a figure is too low: beside this baseline, or the "
            "shipped one; with --ingestion, where a bar is missed",
        ),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="With --gate: write the baseline anew, floors kept")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check the question set instead, and count what is in it")
    ] = False,
    ingestion: Annotated[
        bool, typer.Option("--ingestion", help="Measure ingestion beside ground truth instead, without an index")
    ] = False,
    truth: Annotated[Path | None, typer.Option(help="With --ingestion: folder of ground truth")] = None,
    document: Annotated[
        str | None,
        typer.Option(help="With --ingestion: path, or id in the corpus folder; the one that fits if left out"),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask all known questions, and print what was found and how it was answered."""
    if context.invoked_subcommand:
        _refuse_before(context, context.invoked_subcommand)
        return
    settings = load_settings(data_dir=data_dir)
    of_answers = {
        **{"--questions": questions != DEFAULT, "--split": split, "--types": types, "--url": url, "--junit": junit},
        **{"--workers": workers != 2, "--markdown": markdown, "--accept": accept},
        **{"--html": html, "--against": against, "--from": stored},
        "a FILE after --gate": gate not in (None, BASELINE),
    }
    if url:
        _refuse({"--data-dir": data_dir}, "does not go with --url, whose service has its own; leave it out")
    if check:
        not_so = {name: given for name, given in of_answers.items() if name not in ("--questions", "--url")}
        _refuse(
            {**not_so, "--gate": gate, "--ingestion": ingestion, "--truth": truth, "--document": document},
            "does not go with --check, which is of the whole set; leave it out",
        )
        from eval.cli_check import check as check_set

        check_set(settings, questions, url, as_json)
        return
    if ingestion:
        _refuse(of_answers, "does not go with --ingestion; leave it out")
        if truth is None:
            raise typer.BadParameter("--ingestion needs ground truth to compare with; give its folder: --truth DIR")
        from eval.cli_ingestion import evaluate_ingestion

        evaluate_ingestion(settings, truth, document, gate is not None, as_json)
        return
    _refuse({"--truth": truth, "--document": document}, "goes with --ingestion; add it")
    _refuse_misfits({**of_answers, "--gate": gate, "--data-dir": data_dir})
    from eval.cli_answers import Asked, Wanted, evaluate_answers

    kinds = tuple(filter(None, (kind.strip() for kind in types.split(","))))
    asked = Asked(questions, split, kinds, url, workers) if stored is None else stored
    evaluate_answers(settings, Wanted(asked, gate, accept, junit, markdown, html, tuple(against or ()), as_json))


def _refuse_misfits(given: Mapping[str, object]) -> None:
    """Refuse options of answers that do not go together."""

    def those(*names: str) -> dict[str, object]:
        return {name: given[name] for name in names}

    if given["--from"]:
        asking = those("--questions", "--split", "--types", "--url", "--workers", "--data-dir")
        _refuse(asking, "does not go with --from, which asks nothing; leave it out")
    if given["--gate"]:
        _refuse(those("--split", "--types"), "does not go with --gate, which is over all questions; leave it out")
    for name, needed in (("--accept", "--gate"), ("--against", "--html")):
        if not given[needed]:
            _refuse(those(name), f"goes with {needed}; add it")


@evaluation.command("new")
def draft(
    document: Annotated[str | None, typer.Argument(help="Only passages of the document with this id")] = None,
    out: Annotated[Path, typer.Option(help="Question set to add to")] = Path("my.jsonl"),
    seed: Annotated[int, typer.Option(help="Another number, another order of the passages")] = 0,
    data_dir: DataDir = None,
) -> None:
    """Write a question set of your own: shows one passage after another, and asks what it answers."""
    from eval.cli_new import walk

    walk(load_settings(data_dir=data_dir), document, out, seed)


def _refuse_before(context: typer.Context, command: str) -> None:
    """Refuse options that stand before a command, where they would be lost."""
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"{parameter.opts[0]} stands before {command}; put what belongs to it behind it")


def _refuse(options: Mapping[str, object], why: str) -> None:
    """Refuse options that do not go together, as a usage error."""
    for name, given in options.items():
        if given:
            raise typer.BadParameter(f"{name} {why}")


if __name__ == "__main__":
    main()
