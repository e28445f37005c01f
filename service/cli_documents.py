"""The commands on documents: which there are, their footnotes, what was understood of one; and to delete them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from service.cli import AsJson, DataDir, app, notices, open_library, print_json, results
from service.settings import load_settings

if TYPE_CHECKING:
    from service.notes import ListedNote

NOTES_WIDTH = 120
"""Columns that a table of notes needs: in a narrower one a sentence would be a word a line."""

CALLER_WIDTH = 80
"""Characters shown of the sentence that calls a note."""


@app.command()
def documents(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the documents in the index, by id."""
    held = open_library(load_settings(data_dir=data_dir)).index.documents()
    if as_json:
        from service.schemas import DocumentOut

        print_json([DocumentOut.of(info).model_dump(mode="json") for info in held])
        return
    if not held:
        notices().print("The index is empty; add documents: ibid ingest PATH")
        return
    table = Table("document", "passages", "footnotes", "characters", "title", box=None, header_style="bold")
    for info in held:
        table.add_row(info.id, str(info.passages), str(info.footnotes), str(info.characters), info.title)
    console = results()
    console.width = max(console.width, NOTES_WIDTH)
    console.print(table, soft_wrap=False)


@app.command()
def delete(
    ids: Annotated[list[str], typer.Argument(metavar="DOC", help="Ids of documents, as ibid documents prints them")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take documents out of the index; a running service no longer finds them. Their files stay where they are."""
    library = open_library(load_settings(data_dir=data_dir))
    held = [library.document(document) for document in dict.fromkeys(ids)]  # all are known, or none is deleted
    if not yes:
        named = ", ".join(f"{info.id} ({info.passages} passages)" for info in held)
        if not typer.confirm(f"Take {named} out of the index?", err=True):
            notices().print("Nothing was deleted")
            raise typer.Exit(1)
    for info in held:
        library.delete(info.id)
        if not as_json:
            typer.echo(f"{info.id}: deleted")
    if as_json:
        print_json({"deleted": [info.id for info in held]})


@app.command()
def footnotes(
    document: Annotated[str, typer.Argument(help="Id of a document, as ibid documents prints it")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool,
        typer.Option("--csv", help="Print CSV; a text that begins with = + - or @ gets an apostrophe before it"),
    ] = False,
) -> None:
    """List a document's footnotes: how each was found, how surely (0 to 1), and the sentence that calls it."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv cannot both be printed; give one of them")
    listed = open_library(load_settings(data_dir=data_dir)).footnotes(document)
    if not as_json and not as_csv:
        _show_notes(listed)
        return
    from service.notes import to_csv
    from service.schemas import ListedFootnoteOut

    rows = [ListedFootnoteOut.of_listed(note).model_dump(mode="json") for note in listed]
    if as_json:
        print_json(rows)
    else:
        typer.echo(to_csv(ListedFootnoteOut.model_fields, rows), nl=False)


def _show_notes(listed: Sequence[ListedNote]) -> None:
    if not listed:
        notices().print("No footnotes were found in it")
        return
    columns = ("note", "page", "found", "sure", "markers", "called by")
    table = Table(*columns, Column("text", overflow="fold"), box=None, header_style="bold")
    for row in listed:
        note = row.note
        caller = row.caller if len(row.caller) <= CALLER_WIDTH else f"{row.caller[: CALLER_WIDTH - 1].rstrip()}…"
        counted = (f"{note.confidence:.2f}", str(len(note.markers)))
        table.add_row(note.label, str(note.page), note.found, *counted, caller or "—", note.text)
    console = results()
    console.width = max(console.width, NOTES_WIDTH)
    console.print(table, soft_wrap=False)


@app.command()
def inspect(
    document: Annotated[str, typer.Argument(help="Id of a document, or path of a file that need not be ingested")],
    html: Annotated[
        bool, typer.Option("--html", help="One page that shows the source with all that was found")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Write there instead of on stdout")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what was understood of a document, and what was not."""
    if html and as_json:
        raise typer.BadParameter("--html and --json cannot both be printed; give one of them")
    from service import inspect as inspecting
    from service.desk import understand

    ingested = understand(document, load_settings(data_dir=data_dir))
    if as_json:
        shown = json.dumps(inspecting.as_json(ingested), ensure_ascii=False, indent=2) + "\n"
    else:
        shown = inspecting.render(ingested) if html else inspecting.summary(ingested)
    if output is None:
        typer.echo(shown.encode(), nl=False)  # a page is UTF-8, whatever the terminal is
    else:
        output.write_bytes(shown.encode())
