"""Reads structures of Thrift's compact protocol, in which a Parquet file describes itself.

What comes in: bytes. What goes out: the numbers, lists and structures in them by the number of their field; bytes and
fractions are stepped over. Whatever is no such structure is a ValueError.

Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Fields: TypeAlias = "Mapping[int, Value]"
"""A structure, by the numbers of its fields."""
Value: TypeAlias = "int | Sequence[Value] | Fields | None"
"""A truth or number, a list, a structure; None for what is stepped over."""

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12
_DEEPEST = 12
_LONGEST_VARINT = 70


class Reader:
    """Reads from some bytes on.

    Args:
        data: the bytes.
        at: the place of the next one.
    """

    def __init__(self, data: memoryview, at: int = 0) -> None:
        self.at = at
        self._data = data

    def structure(self, depth: int = 0) -> Fields:
        """Read a structure.

        Args:
            depth: how many structures and lists it stands in.

        Raises:
            ValueError: there is none.
        """
        if depth > _DEEPEST:
            raise ValueError("structures within structures")
        fields: dict[int, Value] = {}
        field = 0
        while (head := self._byte()) != 0:
            step, kind = head >> 4, head & 0x0F
            field = field + step if step else self._zigzag()
            fields[field] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Value:
        if kind in (_I16, _I32, _I64):
            return self._zigzag()
        if kind in (_TRUE, _FALSE, _BYTE):  # a truth in a list has a byte of its own
            return self._byte()
        if kind == _STRUCT:
            return self.structure(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth + 1)
        if kind not in (_DOUBLE, _BINARY):
            raise ValueError(f"a value of kind {kind}")
        size = 8 if kind == _DOUBLE else self._varint()
        self.at += size
        return None

    def _list(self, depth: int) -> list[Value]:
        if depth > _DEEPEST:
            raise ValueError("lists within lists")
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._varint()
        if count > len(self._data):
            raise ValueError("a list longer than the data")
        return [self._value(head & 0x0F, depth) for _ in range(count)]

    def _byte(self) -> int:
        if not self.at < len(self._data):
            raise ValueError("an end in the middle")
        self.at += 1
        return self._data[self.at - 1]

    def _varint(self) -> int:
        number = shift = 0
        while shift < _LONGEST_VARINT:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
        raise ValueError("a number of more than ten bytes")

    def _zigzag(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)
