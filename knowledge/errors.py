"""What can go wrong in this room.

    KnowledgeError(ValueError)
    ├── CitationError        the text is no reference to a clause
    ├── NoSuchClause         the reference is well formed, the measure has no such place
    ├── EncoderError         a sentence encoder's files or packages are missing, cut or swapped
    └── MeasureError         a file of a measure is missing, unreadable or not built as a measure is
        ├── MeasureChanged   the source text is not the one that was checked
        └── QuoteMismatch    a quote does not stand in the source word for word

Every message is one Chinese sentence that an official or operator can act on.
"""


class KnowledgeError(ValueError):
    """Anything this room refuses."""


class CitationError(KnowledgeError):
    """The text is no reference to a clause."""


class NoSuchClause(KnowledgeError):
    """The measure has no such place; the message names what it has."""


class EncoderError(KnowledgeError):
    """A sentence encoder's files or packages are missing, cut or swapped."""


class MeasureError(KnowledgeError):
    """A file of a measure is missing, unreadable or not built as a measure is."""


class MeasureChanged(MeasureError):
    """The source text is not the one that was checked."""


class QuoteMismatch(MeasureError):
    """A quote does not stand in the source word for word."""
