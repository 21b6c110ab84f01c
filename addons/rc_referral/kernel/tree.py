"""The sponsor tree: walking up, and refusing an edge that would close a circle."""

from collections.abc import Mapping, Sequence


class TreeError(ValueError):
    """The edges hold a circle; ``members`` are those on the way up."""

    def __init__(self, members: Sequence[int]):
        self.members = tuple(members)
        super().__init__(f"circle in the sponsor tree: {self.members}")


def get_ancestors(member: int, sponsor_of: Mapping[int, int]) -> list[int]:
    """Return the sponsors above ``member``, nearest first.

    >>> get_ancestors(3, {3: 2, 2: 1})
    [2, 1]
    """
    ancestors: list[int] = []
    seen = {member}
    current = sponsor_of.get(member)
    while current is not None:
        if current in seen:
            raise TreeError([member, *ancestors])
        seen.add(current)
        ancestors.append(current)
        current = sponsor_of.get(current)
    return ancestors


def closes_circle(member: int, sponsor: int, sponsor_ancestors: Sequence[int]) -> bool:
    """Tell whether ``member`` under ``sponsor`` would make somebody their own ancestor.

    ``sponsor_ancestors`` are the sponsors above ``sponsor``, in any order.

    >>> closes_circle(1, 3, [2, 1])
    True
    """
    return member == sponsor or member in sponsor_ancestors
