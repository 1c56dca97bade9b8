"""Why a request to a CRM was not made, or brought no answer (contract 4.1).

::

    CrmRequestError
    ├── CrmRequestRefusedError   not sent: the configuration has to change
    │   ├── CrmUrlUnreadableError
    │   ├── CrmUrlNotHttpsError
    │   ├── CrmHostNotConfiguredError
    │   ├── CrmAddressForbiddenError
    │   └── CrmAddressPrivateError
    └── CrmNoAnswerError         sent, or tried: it may work the next time
        ├── CrmHostUnknownError
        ├── CrmUnreachableError
        ├── CrmCertificateRejectedError
        ├── CrmAnswerTimedOutError
        ├── CrmAnswerBrokenError
        └── CrmAnswerTooLargeError

Each one's text says what was wrong and what to do; none contains a URL's path or query, because
those carry session ids and telephone numbers.
"""


class CrmRequestError(Exception):
    """The request to the CRM failed.

    Attributes:
        host: the CRM's host as configured, or empty where the URL has none.
        detail: what exactly was seen, or empty.
    """

    cure = ""

    def __init__(self, host: str = "", detail: str = "") -> None:
        super().__init__(host, detail)
        self.host = host
        self.detail = detail

    def __str__(self) -> str:
        what = (type(self).__doc__ or "").partition("\n")[0].rstrip(".")
        where = f" ({self.host})" if self.host else ""
        seen = f": {self.detail}" if self.detail else ""
        return f"{what}{where}{seen}. {self.cure}".rstrip()


class CrmRequestRefusedError(CrmRequestError):
    """The request was not sent, because the rules for requests to CRMs forbid it."""


class CrmUrlUnreadableError(CrmRequestRefusedError):
    """The CRM's URL cannot be read."""

    cure = "Write it as https://host/path in the app's settings."


class CrmUrlNotHttpsError(CrmRequestRefusedError):
    """The CRM's URL is not https."""

    cure = "Serve the CRM over https; plain http is for loopback hosts (localhost, 127.0.0.1) only."


class CrmHostNotConfiguredError(CrmRequestRefusedError):
    """The request would go to another origin than the app's URL."""

    cure = "Requests go only to the scheme, host and port that the administrator configured."


class CrmAddressForbiddenError(CrmRequestRefusedError):
    """The CRM's host leads to an address that is never asked."""

    cure = (
        "Link-local, metadata, multicast and unspecified addresses are forbidden;"
        " point the host name at the CRM itself."
    )


class CrmAddressPrivateError(CrmRequestRefusedError):
    """The CRM's host leads to a private address, and this installation forbids those."""

    cure = "Give the CRM a public address, or allow private addresses in the server's settings."


class CrmNoAnswerError(CrmRequestError):
    """The CRM did not answer."""


class CrmHostUnknownError(CrmNoAnswerError):
    """The CRM's host name has no address."""

    cure = "Check the spelling, and that the server's name service knows the host."


class CrmUnreachableError(CrmNoAnswerError):
    """No connection to the CRM could be made."""

    cure = "Check that it runs, and that a firewall lets the server in."


class CrmCertificateRejectedError(CrmNoAnswerError):
    """The CRM's certificate was not accepted."""

    cure = (
        "Renew it, send its intermediate certificates too, or name the authority's file in"
        " SSL_CERT_FILE if it is your own."
    )


class CrmAnswerTimedOutError(CrmNoAnswerError):
    """The CRM did not answer in time."""

    cure = "Answer within 10 seconds; leave slow work to a job of the CRM's own."


class CrmAnswerBrokenError(CrmNoAnswerError):
    """The CRM's answer is not HTTP, or broke off."""

    cure = "Look into the log of the CRM's web server."


class CrmAnswerTooLargeError(CrmNoAnswerError):
    """The CRM's answer is longer than 64 KiB."""

    cure = "Answer with the few fields that are asked for."
