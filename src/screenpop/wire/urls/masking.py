"""Masked numbers (contract 3.5): all but the last four digits as ``x``."""

import re
from dataclasses import replace

from screenpop.wire.urls.values import CallValues

_DIGITS_BEFORE_THE_LAST_FOUR = re.compile(r"[0-9](?=(?:[^0-9]*[0-9]){4})")


def mask_phone(phone: str) -> str:
    """``+18005550172`` → ``+xxxxxxx0172``; a number of four digits or fewer stays."""
    return _DIGITS_BEFORE_THE_LAST_FOUR.sub("x", phone)


def masked(values: CallValues, *, real_number: bool) -> CallValues:
    """The values of a call as an app sees them where masking is on.

    ``real_number`` says that the app is granted it: then ``phone`` is real and
    ``isOrignalPhoneRequiredInCrm`` true. The caller's number is masked wherever else the
    standard set has it: ``displayPhone``, ``dstPhone``, ``srcPhone``, a customer's column.
    """
    real = values.phone
    if not real:
        return replace(values, masking_enabled=True, is_orignal_phone_required_in_crm=real_number)
    shown = mask_phone(real)

    def hide(number: str | None) -> str | None:
        return shown if number == real else number

    customer = values.customer
    if customer is not None and not real_number:
        customer = {name: shown if value == real else value for name, value in customer.items()}
    return replace(
        values,
        masking_enabled=True,
        is_orignal_phone_required_in_crm=real_number,
        display_phone=shown,
        phone=real if real_number else shown,
        dst_phone=values.dst_phone if real_number else hide(values.dst_phone),
        src_phone=values.src_phone if real_number else hide(values.src_phone),
        customer=customer,
    )
