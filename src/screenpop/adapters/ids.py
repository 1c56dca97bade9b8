"""New identifiers in the contract's forms (contract 2)."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import string
from collections.abc import Iterator

from screenpop.wire import ids as forms

__all__ = ["NodeIds"]

_ALPHABET = string.ascii_letters + string.digits
_SESSION_RANDOM = 24
_SEAT_RANDOM = 8
_TEXT_RANDOM = 22
_CUSTOMER_BITS = 44


class NodeIds:
    """:class:`screenpop.ports.ids.Ids` of one start of one node.

    Node number and start second are claimed together in the store, so the running numbers of
    two starts never give the same id (design 2.13).
    """

    def __init__(self, node: int, started: int) -> None:
        """Use the claimed node number and start, a unix time in seconds."""
        self.node = node
        self.started = started
        self._counters: dict[str, Iterator[int]] = {
            kind: itertools.count(1)
            for kind in ("session", "seat", "vce", "int", "vcall", "assoc", "leg", "callback")
        }

    def next(self, kind: str) -> int:
        """Return the next running number of a kind; any thread may ask."""
        return next(self._counters[kind])

    def block(self) -> Block:
        """Return an unused block."""
        return Block(self)


class Block:
    """The ids of one command; remembers what it gave, so that a second run gets the same."""

    def __init__(self, ids: NodeIds) -> None:
        """Draw numbers from ``ids`` when they are first asked for."""
        self.ids = ids
        self.given: list[tuple[str, int]] = []
        self._seed = secrets.token_bytes(32)

    def draw(self) -> BlockDraw:
        """Return a draw that begins at the block's first id."""
        return BlockDraw(self)

    def number(self, position: int, kind: str) -> int:
        """Return the running number at a position of the block."""
        if position < len(self.given) and self.given[position][0] == kind:
            return self.given[position][1]
        # Another state of the world may lead the second run elsewhere: from here on it is new.
        del self.given[position:]
        number = self.ids.next(kind)
        self.given.append((kind, number))
        return number

    def random(self, position: int, length: int) -> str:
        """Return random letters and digits, always the same at one position."""
        stream = hashlib.shake_256(self._seed + position.to_bytes(8, "big")).digest(length * 2)
        words = (int.from_bytes(stream[i : i + 2], "big") for i in range(0, length * 2, 2))
        return "".join(_ALPHABET[word % len(_ALPHABET)] for word in words)


class BlockDraw:
    """:class:`screenpop.ports.ids.Draw` over a block."""

    def __init__(self, block: Block) -> None:
        """Begin at the block's first id."""
        self._block = block
        self._position = 0

    def _number(self, kind: str) -> int:
        number = self._block.number(self._position, kind)
        self._position += 1
        return number

    def _form(self, kind: str) -> tuple[int, int, int]:
        return self._block.ids.node, self._block.ids.started, self._number(kind)

    def session_id(self, user_id: str) -> str:
        """See :class:`~screenpop.ports.ids.Draw`, as for all below."""
        node, started, seq = self._form("session")
        random = self._block.random(self._position, _SESSION_RANDOM)
        return forms.session_id(node, started, user_id, random, seq)

    def seat(self, session_id: str, user_id: str) -> str:
        seq = self._number("seat")
        random = self._block.random(self._position, _SEAT_RANDOM)
        return forms.user_crt_object_id(session_id, user_id, random, seq)

    def crt_object_id(self) -> str:
        return forms.crt_object_id(*self._form("vce"))

    def interaction_id(self) -> str:
        return forms.interaction_id(*self._form("int"))

    def call_id(self) -> str:
        return forms.call_id(*self._form("vcall"))

    def association_id(self) -> str:
        return forms.association_id(*self._form("assoc"))

    def leg_id(self) -> str:
        node, started, seq = self._form("leg")
        return f"d{node}-{started:08x}-leg-{seq}"

    def callback_id(self) -> str:
        node, started, seq = self._form("callback")
        return f"d{node}-{started:08x}-cb-{seq}"

    def random_text(self) -> str:
        self._number("leg")
        return self._block.random(self._position, _TEXT_RANDOM)

    def customer_id(self) -> int:
        node, started, seq = self._form("int")
        digest = hashlib.sha256(f"{node}-{started}-{seq}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> (64 - _CUSTOMER_BITS)
