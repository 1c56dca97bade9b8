"""The server's side of the Omni SDK (contract 6): ``/api/v1/sdk``, on each app's own token.

A console or toolbar forwards what its pages ask for; what an app may do is decided here.
"""

from screenpop.web.sdk.endpoints import SdkEndpoints
from screenpop.web.sdk.grants import GrantEndpoints

__all__ = ["GrantEndpoints", "SdkEndpoints"]
