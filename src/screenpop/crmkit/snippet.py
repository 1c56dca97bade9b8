"""The HTML that loads the SDK into a page of the CRM (contract 6)."""

import json
from html import escape
from typing import Literal

__all__ = ["sdk_snippet"]

_TEMPLATE = """\
<script type="module"{nonce}>
  import({module}).then(({{ default: sdk }}) => {{
    window.{name} = sdk.initialize({config});
    window.dispatchEvent(new CustomEvent({ready}, {{ detail: window.{name} }}));
  }}).catch((error) => console.error("The Omni SDK could not be loaded.", error));
</script>"""


def sdk_snippet(
    console_origin: str,
    *,
    page_origin: str,
    context: Literal["app", "crm"] = "app",
    instance_id: str = "ameyoIframe",
    name: str = "omni",
    nonce: str | None = None,
) -> str:
    """A module script that makes the SDK ``window.<name>`` and then fires ``<name>:ready``.

    Args:
        console_origin: who serves the SDK; see `crmkit.launch.console_of`.
        page_origin: the CRM's own origin.
        context: ``app`` for a page in the console, ``crm`` for a page that frames the toolbar.
        instance_id: in context ``crm`` the DOM id of the toolbar's iframe.
        name: the global's name, a JavaScript identifier.
        nonce: the nonce of the page's Content-Security-Policy, which must also allow
            ``console_origin`` in ``script-src`` and ``connect-src``.

    Raises:
        ValueError: ``name`` is no identifier.
    """
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"{name!r} is no JavaScript identifier")
    config = {"context": context, "origin": page_origin, "instanceId": instance_id}
    return _TEMPLATE.format(
        nonce=f' nonce="{escape(nonce)}"' if nonce else "",
        module=_script_value(f"{console_origin}/omniapp/sdk/ameyo-sdk.js"),
        config=_script_value(config),
        ready=_script_value(f"{name}:ready"),
        name=name,
    )


def _script_value(value: object) -> str:
    # "</script>" and "<!--" must not end or upset the element that the value stands in.
    return json.dumps(value).replace("<", "\\u003c")
