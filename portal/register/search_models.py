"""What search looks in: the texts of a case, the words in them, and the words' own parts.

``search_term`` is the one table that what is typed is looked up in: each word of the register under its stem and under every
part that may stand last in a compound, so that the beginning of a term finds it. It grows with the language, not with the
cases. ``search_posting`` says in which texts of which cases a word stands.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

# By code point in both databases: a range of terms is then what begins with the same letters, å ä ö last and distinct.
_TERM = String().with_variant(String(collation="C"), "postgresql")


class SearchEntry(Base):
    """A text of a case. ``kind`` says what it is, ``source`` which one of them; together they are one entry of the case.

    ``scope``: ``register`` is what everyone who reads the register sees, ``open`` what those see who see the case, ``secret``
    what a mark on a part hides from some of those. ``folded`` is the text as words are compared, for quoted phrases; ``digest``
    tells whether the text is another than the one that was indexed.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "source"),
        CheckConstraint("scope IN ('register', 'open', 'secret')", name="scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"))
    kind: Mapped[str] = mapped_column()
    source: Mapped[str] = mapped_column()
    scope: Mapped[str] = mapped_column()
    label: Mapped[str] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column()


class SearchTerm(Base):
    """A word under its stem, or under a part of it. ``word_id`` is reckoned from the stem (``terms.word_id``)."""

    __tablename__ = "search_term"
    __table_args__ = (Index(None, "word_id"),)

    term: Mapped[str] = mapped_column(_TERM, primary_key=True)
    word_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SearchPosting(Base):
    """A word stands in an entry, first at ``position`` (characters). Written and taken away with the entry, by its case."""

    __tablename__ = "search_posting"
    __table_args__ = (Index(None, "word_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"), primary_key=True)
    word_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column()


class SearchAmount(Base):
    """An amount of a case, kronor; ``what`` says which (asked, granted, used, a line)."""

    __tablename__ = "search_amount"
    __table_args__ = (
        CheckConstraint("scope IN ('open', 'secret')", name="scope"),
        Index(None, "amount", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("register_case.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column()
