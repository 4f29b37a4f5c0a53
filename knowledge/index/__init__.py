"""A search index on disk over many texts: built once, opened in a moment, whatever the encoder.

    entries → spool → chunks (vectors, gram counts) → files named by their content → meta.json, which makes them one

`build` may be killed at any time: a second call goes on with the chunks that are there, and the index that was there
before stays whole until ``meta.json`` is replaced. `Index.open` checks every file's hash and maps it into memory.
"""

from knowledge.index.build import build
from knowledge.index.entry import Entry
from knowledge.index.faults import IndexDamaged, IndexFault, IndexMissing, IndexStale
from knowledge.index.search import Index, Match

__all__ = ["Entry", "Index", "IndexDamaged", "IndexFault", "IndexMissing", "IndexStale", "Match", "build"]
