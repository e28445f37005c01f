"""The command that speaks the Model Context Protocol over stdin and stdout."""

from __future__ import annotations

from service.cli import DataDir, app, open_library
from service.settings import load_settings


@app.command()
def mcp(data_dir: DataDir = None) -> None:
    """Speak the Model Context Protocol on stdin and stdout, for a client that starts this command."""
    settings = load_settings(data_dir=data_dir)
    library = open_library(settings)

    import anyio

    from service.asker import Asker
    from service.protocol import serve_stdio
    from service.writer import writer_of

    anyio.run(serve_stdio, library, Asker(library, writer_of(library)))
