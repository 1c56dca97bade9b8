"""For programmers of a CRM that is opened by the console; works without the server.

========================  =====================================================================
module                    what it is for
========================  =====================================================================
``crmkit.launch``         the URL's parameters as a typed `LaunchContext`
``crmkit.embedding``      the headers and cookie attributes that let a page live in a frame
``crmkit.asgi``           the same as ASGI middleware
``crmkit.wsgi``           the same as WSGI middleware
``crmkit.django``         the same as Django middleware
``crmkit.sso``            the single sign-on endpoint as a function
``crmkit.token``          signed tokens (single sign-on, ``{launchToken}``), checked
``crmkit.voice``          the voice REST: dial and dispose from a back end
``crmkit.snippet``        the HTML that loads the SDK
========================  =====================================================================

Import from the modules; each loads only what it needs.
"""
