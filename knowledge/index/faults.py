"""What can go wrong with an index.

KnowledgeError
└── IndexFault           it cannot be written, or cannot be used
    ├── IndexMissing     there is none in that folder
    ├── IndexStale       it was made by another encoder or another version of this program
    └── IndexDamaged     a file of it is missing, cut or swapped
"""

from __future__ import annotations

from knowledge.errors import KnowledgeError


class IndexFault(KnowledgeError):
    """The index cannot be written, or cannot be used."""


class IndexMissing(IndexFault):
    """The folder holds no index."""


class IndexStale(IndexFault):
    """The index was made by another encoder or another version of this program."""


class IndexDamaged(IndexFault):
    """A file of the index is missing, cut or swapped."""
