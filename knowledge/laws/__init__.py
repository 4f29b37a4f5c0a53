"""Laws beside the measure: taken in from files, kept as received, found by name or by question."""

from knowledge.laws.law import STATUSES, Law, LawInfo, Status
from knowledge.laws.library import Added, LawLibrary, remove_damaged
from knowledge.laws.package import PACKAGE, read_package
from knowledge.laws.read import Received, read_file
from knowledge.laws.search import ArticleSearch, LawGroup, LawHit

__all__ = [
    "PACKAGE",
    "STATUSES",
    "Added",
    "ArticleSearch",
    "Law",
    "LawGroup",
    "LawHit",
    "LawInfo",
    "LawLibrary",
    "Received",
    "Status",
    "read_file",
    "read_package",
    "remove_damaged",
]
