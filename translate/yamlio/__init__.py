"""YAML in and out as a Kubernetes API server reads it, with places for messages and comments that travel."""

from translate.yamlio.comments import Comment, DocumentComments, comments
from translate.yamlio.limits import DEFAULT, Limits
from translate.yamlio.locate import Locator
from translate.yamlio.read import JSON, Document, read
from translate.yamlio.write import write

__all__ = [
    "DEFAULT",
    "JSON",
    "Comment",
    "Document",
    "DocumentComments",
    "Limits",
    "Locator",
    "comments",
    "read",
    "write",
]
