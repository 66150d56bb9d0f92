"""Things that took long to make, kept for the next time they are wanted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """The `size` things that were wanted last, by key."""

    def __init__(self, size: int) -> None:
        """Empty."""
        self._size = size
        self._kept: OrderedDict[Key, Made] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """The thing of a key, made where it is not kept."""
        if key not in self._kept:
            self._kept[key] = make()
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return self._kept[key]
