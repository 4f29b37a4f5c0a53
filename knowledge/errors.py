"""What can go wrong in this room.

    KnowledgeError(ValueError)
    ├── CitationError        the text is no reference to a clause
    ├── NoSuchClause         the reference is well formed, the measure has no such place
    ├── EncoderError         a sentence encoder's files or packages are missing, cut or swapped
    ├── TextError            a source cannot be cut into articles that follow each other
    ├── LawError             the library of laws cannot do what was asked
    │   ├── LawRefused       a file cannot be taken into the library
    │   ├── LawDamaged       a text in the library is not as it was taken in
    │   └── NoSuchLaw        the library has no such text, or several
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


class TextError(KnowledgeError):
    """A source cannot be cut into articles that follow each other."""


class LawError(KnowledgeError):
    """The library of laws cannot do what was asked."""


class LawRefused(LawError):
    """A file cannot be taken into the library; nothing was written."""


class LawDamaged(LawError):
    """A text in the library is not as it was taken in."""


class NoSuchLaw(LawError):
    """The library has no such text, or several that the words fit."""


class MeasureError(KnowledgeError):
    """A file of a measure is missing, unreadable or not built as a measure is."""


class MeasureChanged(MeasureError):
    """The source text is not the one that was checked."""


class QuoteMismatch(MeasureError):
    """A quote does not stand in the source word for word."""
