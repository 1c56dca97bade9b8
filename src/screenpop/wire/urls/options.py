"""What an app is sent at its integration points (contract 3, 6)."""

from dataclasses import dataclass

from screenpop.wire.urls.errors import QueryLimitOutOfRange, UnknownParameter
from screenpop.wire.urls.parameters import STANDARD_NAMES

DEFAULT_QUERY_LIMIT = 2000
HIGHEST_QUERY_LIMIT = 7000
_NAMES_WITHOUT_CASE = frozenset(name.lower() for name in STANDARD_NAMES)


@dataclass(frozen=True, slots=True)
class ComposeOptions:
    """What an app is sent. Raises ``UrlError`` for names and limits that do not exist.

    ``standard_set``: false for kind ``page``, which gets its own placeholders only.
    ``session_ids``: false for an app without control, dial and dispose (contract 6, scopes).
    ``switched_off``: standard parameters not sent, without case.
    ``bearer_session``: the login's ``sessionId`` as ``Bearer <JWT>``.
    ``query_limit``: bytes of query within which ``customerInfo`` has to fit.
    ``customer_columns``: the columns sent with an agent-level dispose push, in order.
    """

    standard_set: bool = True
    session_ids: bool = True
    switched_off: frozenset[str] = frozenset()
    bearer_session: bool = False
    query_limit: int = DEFAULT_QUERY_LIMIT
    customer_columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = sorted(one for one in self.switched_off if one.lower() not in _NAMES_WITHOUT_CASE)
        if unknown:
            raise UnknownParameter(
                "switched_off",
                f"{', '.join(unknown)} is not a standard parameter.",
                "Take it out of the list, or write it as the contract does.",
            )
        if not DEFAULT_QUERY_LIMIT <= self.query_limit <= HIGHEST_QUERY_LIMIT:
            raise QueryLimitOutOfRange(
                "query_limit",
                f"{self.query_limit} bytes is not a limit that can be set.",
                f"Write a number from {DEFAULT_QUERY_LIMIT} to {HIGHEST_QUERY_LIMIT}.",
            )

    def switches_off(self, name: str) -> bool:
        """Whether the administrator switched this parameter off."""
        return name.lower() in {one.lower() for one in self.switched_off}


STANDARD_OPTIONS = ComposeOptions()
