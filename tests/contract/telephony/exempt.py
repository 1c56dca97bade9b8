"""Cases of the telephony port's suite from which a line is exempt, each with its reason."""

from typing import Final

__all__ = ["EXEMPT"]

#: By line, then by the test's name.
EXEMPT: Final[dict[str, dict[str, str]]] = {
    "asterisk": {
        "test_an_extension_that_may_not_answer_itself_rings_until_it_is_answered": (
            "Asterisk cannot lift a telephone's receiver; AnswerLeg leaves an agent's leg to the "
            "telephone, which answers by itself or by its owner's hand"
        ),
    },
}
