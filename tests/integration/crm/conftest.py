"""A scripted CRM on a real socket, with and without TLS, and the client under test."""

import datetime as dt
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from screenpop.adapters.crm.http import CrmHttp
from screenpop.testing.stub_crm import StubCrm

SHORT_S = 0.3
"""Stands for the contract's ten seconds in the tests of a silent CRM."""


@pytest.fixture
def crm() -> Iterator[StubCrm]:
    with StubCrm() as stub:
        yield stub


@pytest.fixture
async def http() -> AsyncIterator[CrmHttp]:
    async with CrmHttp() as client:
        yield client


@pytest.fixture
async def impatient() -> AsyncIterator[CrmHttp]:
    async with CrmHttp(timeout_s=SHORT_S) as client:
        yield client


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for ``crm.test``."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crm.test")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("crm.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("certificate") / "crm.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Certificate(server, ssl.create_default_context(cafile=file))


@pytest.fixture
def tls_crm(certificate: Certificate) -> Iterator[StubCrm]:
    with StubCrm(ssl_context=certificate.server, host="crm.test") as stub:
        yield stub


async def resolve_to_loopback(host: str, port: int) -> Sequence[str]:
    """A name service in which every name is this machine."""
    return ["127.0.0.1"]


@pytest.fixture
async def trusting(certificate: Certificate) -> AsyncIterator[CrmHttp]:
    async with CrmHttp(resolve=resolve_to_loopback, ssl_context=certificate.client) as client:
        yield client
