"""CRMs with single sign-on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from screenpop.testing.stub_crm import StubCrm


@pytest.fixture
def crm() -> Iterator[StubCrm]:
    with StubCrm() as stub:
        yield stub


@pytest.fixture
def other_crm() -> Iterator[StubCrm]:
    with StubCrm() as stub:
        yield stub
