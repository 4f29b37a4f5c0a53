"""Laws beside the measure: taken in from files, kept as received, found by name or by question."""

from knowledge.laws.law import Law, LawInfo
from knowledge.laws.library import Added, LawLibrary, remove_damaged
from knowledge.laws.package import PACKAGE, read_package
from knowledge.laws.read import Received, read_file
from knowledge.laws.search import LawGroup, LawHit
from knowledge.laws.status import STATUSES, Status

__all__ = [
    "PACKAGE",
    "STATUSES",
    "Added",
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
