"""The reference CRM: a small CRM that is opened by the console, made with `screenpop.crmkit`.

It is the example to copy (docs/reference-crm.md) and runs as a process of its own.

===============  ==============================================================================
module           what it is for
===============  ==============================================================================
``application``  routes, and who may ask for what
``pages``        the pages that the console opens, and those of the CRM itself
``layout``       what all pages share: head, SDK, headers
``markup``       HTML whose values cannot become HTML
``records``      customers, notes, calls and received requests, in SQLite
``sign_on``      who is signed on, by each session policy
``desks``        who sits where: the ids of the launch URLs, kept in the back end
``process``      the process: listening, its parent, its end
``child``        the same as seen from the program that starts it
===============  ==============================================================================
"""
