"""The one error tree. Every message says what is wrong and ends with what to do next."""

# ruff: noqa: N818 -- an error is named for what is wrong: NotFound, IndexMismatch

from __future__ import annotations


class IbidError(Exception):
    """Base of every error that a user can cause or mend.

    ``status`` is the HTTP status the service answers with, ``title`` the short name of the problem.
    """

    status = 500
    title = "Ibid could not do this"


class SourceError(IbidError):
    """A source cannot be read as a Document: not there, not text, empty, or not the text it should be."""

    status = 422
    title = "The source cannot be used"


class SettingsError(IbidError):
    """A setting has an unknown name or an impossible value."""

    status = 500
    title = "The settings are wrong"


class QueryError(IbidError):
    """A question or one of its parameters is outside what can be answered."""

    status = 422
    title = "The request cannot be used"


class NotFound(IbidError):
    """There is no document or passage with this id."""

    status = 404
    title = "Not found"


class IndexNotReady(IbidError):
    """There is no index yet, or it cannot be read."""

    status = 503
    title = "The index is not ready"


class IndexMismatch(IbidError):
    """The index was built with another model or other settings than are set now."""

    status = 503
    title = "The index does not fit the settings"


class ModelError(IbidError):
    """The embedding model cannot be loaded, or is not the one it should be."""

    status = 503
    title = "The embedding model cannot be used"


class GeneratorUnavailable(IbidError):
    """No language model is set, or it cannot be used."""

    status = 503
    title = "The language model cannot be used"


class ServerError(IbidError):
    """The service cannot start."""

    status = 500
    title = "The service cannot start"


class QuestionSetError(IbidError):
    """A question set for evaluation is not well formed."""

    status = 422
    title = "The question set cannot be used"
