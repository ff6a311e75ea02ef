"""What a register is: its name, the fields of its entries, how often these are looked at again, and what an entry needs."""

from dataclasses import dataclass
from typing import Final

from tokimori.assurance.registers.fields import Field, FieldKind, Words

OF_EVERY_ENTRY: Final = frozenset(
    {"title", "owner", "deputy", "effective_on", "review_due_on", "expires_on", "supersedes", "state"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register. ``review_months`` is the longest that an entry may go without being looked at.

    ``needs_file`` says that nothing is submitted without a file. ``says_in_title`` says what the title of an entry is here.
    """

    code: str
    area: str
    name: Words
    purpose: Words
    says_in_title: Words
    fields: tuple[Field, ...]
    review_months: int = 12
    needs_file: bool = False
    needs_end: bool = False
    is_record: bool = False
    """Whether its entries tell what happened; these do not age."""

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        if len(set(names)) != len(names) or set(names) & OF_EVERY_ENTRY:
            raise ValueError(f"{self.code}: fields have names of their own.")
        if any(bool(one.choices) != (one.kind in {FieldKind.CHOICE, FieldKind.CHOICES}) for one in self.fields):
            raise ValueError(f"{self.code}: choices have something to choose from.")

    @property
    def named_registers(self) -> frozenset[str]:
        """Return the registers that its fields name entries of."""
        return frozenset(one.register for one in self.fields if one.register)

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(one for one in self.fields if one.name == name)
