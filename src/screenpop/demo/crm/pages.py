"""The pages' contents."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from screenpop.demo.crm.layout import Visit, moment
from screenpop.demo.crm.markup import Markup, joined, markup
from screenpop.demo.crm.records import Call, Customer, Note, Received

__all__ = [
    "agent",
    "customers",
    "inspector",
    "knowledge",
    "new_caller",
    "not_signed_on",
    "record",
    "sign_in",
]

_CALL_TYPES: Final = {
    "inbound.call.dial": "Incoming call",
    "outbound.manual.dial": "Outgoing call",
    "outbound.callback.dial": "Callback",
    "click.to.call.dial": "Click to call",
}

_CALL: Final = """<section class="card call" aria-labelledby="call-title" data-call
 data-crt="{crt}" data-interaction="{interaction}" data-campaign="{campaign}"
 data-locked="{locked}">
<header><h2 id="call-title">{kind}</h2><span class="badge" id="state">{state}</span></header>
<p class="number">{phone}</p>
<p class="quiet">{about}</p>
<form id="finish">
<label for="disposition">Disposition</label>
<select id="disposition" name="disposition" required disabled>
<option value="">Choose …</option></select>
<div id="callback" hidden><label for="callback-time">Call back at</label>
<input id="callback-time" name="callbackTime" type="datetime-local"></div>
<label for="call-notes">Call notes</label>
<textarea id="call-notes" name="notes" rows="4"></textarea>
<div class="row"><button class="primary" id="finish-call" disabled>Finish call</button></div>
<details><summary>Finish and dial the next number</summary>
<label for="next">Next number</label>
<input id="next" name="next" type="tel" autocomplete="off">
<button type="button" id="finish-and-dial" disabled>Finish and dial</button></details>
</form>
</section>"""

_DIAL: Final = """<section class="card" aria-labelledby="dial-title">
<h2 id="dial-title">Dial</h2>
<form method="post" action="/dial" data-live>
<input type="hidden" name="desk" value="{desk}">
<input type="hidden" name="request_id" value="{request_id}">
<label for="number">Number</label>
<input id="number" name="phone" type="tel" required autocomplete="off">
<label for="campaign">Campaign</label>
<select id="campaign" name="campaign">{campaigns}</select>
<button class="primary">Dial from the back end</button>
<p class="quiet">The CRM's server asks the voice REST to dial. The numbers on a record dial through
the SDK.</p>
</form>
</section>"""

_RECORD: Final = """<div class="record{with_call}">
<section class="card person" aria-labelledby="name">
<div class="who"><span class="portrait" aria-hidden="true">{initials}</span>
<div><h1 id="name">{name}</h1><p class="quiet">{about}</p></div></div>
<dl>{phones}{email}<div><dt>Customer id</dt><dd>{id}</dd></div></dl>
</section>
{call}
<section class="card notes" aria-labelledby="notes-title">
<h2 id="notes-title">Notes</h2>
<form method="post" action="/customers/{id}/notes" data-live>
<input type="hidden" name="desk" value="{desk}"><input type="hidden" name="crt" value="{crt}">
<label for="note">New note</label>
<textarea id="note" name="text" rows="3" required maxlength="4000"></textarea>
<button>Keep note</button>
</form>
<ul class="log" id="notes">{notes}</ul>
</section>
<section class="card" aria-labelledby="history-title">
<h2 id="history-title">Interaction history</h2>
{history}
</section>
</div>"""

_NEW: Final = """<div class="record{with_call}">
<section class="card person" aria-labelledby="name">
<h1 id="name">Unknown caller</h1>
<p class="quiet">Nobody here has the number <strong>{phone}</strong>.</p>
<form method="post" action="/customers">
<input type="hidden" name="desk" value="{desk}"><input type="hidden" name="crt" value="{crt}">
<label for="new-name">Name</label>
<input id="new-name" name="name" required maxlength="200" value="{name}">
<label for="new-phone">Phone</label>
<input id="new-phone" name="phone" type="tel" required maxlength="40" value="{phone}">
<label for="new-company">Company</label>
<input id="new-company" name="company" maxlength="200" value="{company}">
<label for="new-email">E-mail</label>
<input id="new-email" name="email" type="email" maxlength="200" value="{email}">
<button class="primary">Add customer</button>
</form>
</section>
{call}
</div>"""


def call_panel(visit: Visit) -> Markup:
    """The call that opened the page; the script brings it to life. Nothing without a call."""
    launch = visit.launch
    if launch.crt_object_id is None:
        return Markup()
    kind = _CALL_TYPES.get(launch.call_type or "", "Call")
    if launch.association_type == "transfer.association":
        kind = "Transferred call"
    facts = (launch.queue_name, launch.campaign_id and f"campaign {launch.campaign_id}")
    return markup(
        _CALL,
        crt=launch.crt_object_id,
        interaction=launch.interaction_id,
        campaign=launch.campaign_id,
        locked="yes" if launch.disable_disposition_on_active_call else "no",
        kind=kind,
        phone=launch.display_phone or launch.phone,
        state="Connecting …" if visit.is_embedded else "Not in the console",
        about=" · ".join(str(fact) for fact in facts if fact),
    )


def record(
    visit: Visit, customer: Customer, notes: Iterable[Note], calls: Sequence[Call]
) -> Markup:
    """A customer's record, beside the call if one opened it."""
    call = call_panel(visit)
    return markup(
        _RECORD,
        with_call=" with-call" if call else "",
        initials="".join(word[0] for word in customer.name.split()[:2]).upper(),
        name=customer.name,
        about=", ".join(part for part in (customer.company, customer.city) if part),
        phones=joined(_phone(phone, customer) for phone in customer.phones),
        email=_email(customer.email) if customer.email else None,
        id=customer.customer_id,
        call=call,
        desk=visit.desk,
        crt=visit.launch.crt_object_id,
        notes=joined(
            markup(
                "<li><p>{text}</p><p class='quiet'>{author}, {at}</p></li>",
                text=note.text,
                author=note.author,
                at=moment(note.at),
            )
            for note in notes
        ),
        history=_history(calls),
    )


def new_caller(visit: Visit) -> Markup:
    """What pops where nobody has the number: the form for a new customer, filled from the URL."""
    launch = visit.launch
    call = call_panel(visit)
    return markup(
        _NEW,
        with_call=" with-call" if call else "",
        phone=launch.phone or launch.display_phone,
        desk=visit.desk,
        crt=launch.crt_object_id,
        call=call,
        **{column: launch.customer.get(column) for column in ("name", "company", "email")},
    )


def agent(visit: Visit, calls: Sequence[Call]) -> Markup:
    """Where an agent begins."""
    launch = visit.launch
    name = launch.user_name or visit.agent or launch.user_id
    dial = Markup()
    if launch.user_crt_object_id is not None:
        dial = markup(
            _DIAL,
            desk=visit.desk,
            request_id=uuid.uuid4(),
            campaigns=joined(
                markup("<option>{campaign}</option>", campaign=campaign)
                for campaign in launch.campaign_ids
            ),
        )
    return markup(
        """<div class="start"><section class="card welcome"><h1>{greeting}</h1>
<p>{place}</p><p class="badge" id="presence" hidden></p></section>
{dial}<section class="card" aria-labelledby="recent"><h2 id="recent">Recent calls</h2>
{history}</section></div>""",
        greeting=f"Welcome, {name}" if name else "Welcome",
        place="Customers' records open here as calls come in."
        if visit.is_embedded
        else "This page stands by itself. In the console it opens the caller's record.",
        dial=dial,
        history=_history(calls),
    )


def customers(visit: Visit, found: Sequence[Customer], query: str) -> Markup:
    """What a search found."""
    if not found:
        return markup("<h1>Customers</h1><p>Nobody is found for “{query}”.</p>", query=query)
    rows = joined(
        markup(
            '<li><a href="{href}"><strong>{name}</strong><span>{company}</span>'
            "<span class='figures'>{phone}</span></a></li>",
            href=visit.link(f"/customers/{one.customer_id}"),
            name=one.name,
            company=one.company,
            phone=one.phone1,
        )
        for one in found
    )
    return markup('<h1>Customers</h1><ul class="list">{rows}</ul>', rows=rows)


def knowledge(locale: str, campaign: str, queue: str) -> Markup:
    """The knowledge base, which needs no session and no script."""
    facts = [text for text in (queue, campaign and f"campaign {campaign}", locale) if text]
    plan = joined(
        markup("<tr><td class='figures'>… {digits}</td><td>{fate}</td></tr>", digits=d, fate=f)
        for d, f in _NUMBER_PLAN
    )
    return markup(
        """<article class="card prose"><h1>Knowledge base</h1>
<p class="quiet">{facts}</p>
<h2>Opening a call</h2><ol><li>Greet, and say your name.</li>
<li>Confirm the caller's name with the record.</li><li>Ask how you can help.</li></ol>
<h2>Returns</h2><p>Goods come back within 30 days, with the invoice. Money is returned the way it
was paid, within five working days.</p>
<h2>Finishing</h2><p>Choose a disposition while the caller's words are fresh, and note what was
promised. A callback needs a time.</p>
<h2>Numbers of the demo's telephone network</h2>
<table><thead><tr><th>Last four digits</th><th>What happens</th></tr></thead>
<tbody>{plan}</tbody></table></article>""",
        facts=" · ".join(facts),
        plan=plan,
    )


def sign_in(wanted: str, problem: str = "") -> Markup:
    """The CRM's own login, in cookie mode."""
    return markup(
        """<section class="card narrow"><h1>Sign in</h1>
<p class="problem" role="alert">{problem}</p>
<form method="post" action="/sign-in"><input type="hidden" name="wanted" value="{wanted}">
<label for="user">User</label><input id="user" name="user" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="primary">Sign in</button></form></section>""",
        problem=problem,
        wanted=wanted,
    )


def not_signed_on(*, is_over: bool) -> Markup:
    """What is said under single sign-on to a page without a session, or with an ended one."""
    title, what = "Open it from the console", "Whoever logs in to the console is signed on here."
    if is_over:
        title, what = "Your session has ended", "Log in to the console again to go on."
    return markup(
        """<section class="card narrow"><h1>{title}</h1><p>{what}</p></section>""",
        title=title,
        what=what,
    )


def inspector(received: Iterable[Received]) -> Markup:
    """Every request to a page that the console opens, newest first."""
    rows = joined(
        markup(
            "<tr><td class='figures'>{number}</td><td>{at}</td><td>{purpose}</td>"
            "<td><code>{target}</code></td></tr>",
            number=one.number,
            at=moment(one.at),
            purpose=one.purpose or "opened",
            target=one.target.decode("latin-1"),
        )
        for one in received
    )
    return markup(
        """<h1>Requests received</h1><p>Path and query as they came, byte for byte; for programs at
<a href="/inspector.json">/inspector.json</a>.</p><div class="wide"><table><thead><tr><th>No.</th>
<th>Time</th><th>Purpose</th><th>Request</th></tr></thead><tbody>{rows}</tbody></table></div>""",
        rows=rows,
    )


def _phone(phone: str, customer: Customer) -> Markup:
    return markup(
        '<div><dt>Phone</dt><dd class="figures">{phone} <button type="button" class="dial" '
        'data-dial="{phone}" data-customer="{id}">Call<span class="hidden"> {phone}</span>'
        "</button></dd></div>",
        phone=phone,
        id=customer.customer_id,
    )


def _email(email: str) -> Markup:
    return markup("<div><dt>E-mail</dt><dd>{email}</dd></div>", email=email)


def _history(calls: Sequence[Call]) -> Markup:
    if not calls:
        return Markup('<p class="quiet">No calls yet.</p>')
    rows = joined(
        markup(
            "<li><p><strong>{kind}</strong> <span class='figures'>{phone}</span> "
            "<span class='badge'>{disposition}</span></p><p>{notes}</p>"
            "<p class='quiet'>{agent}, {at}</p></li>",
            kind=_CALL_TYPES.get(call.call_type, "Call"),
            phone=call.phone,
            disposition=call.disposition or "open",
            notes=call.notes,
            agent=call.agent,
            at=moment(call.at),
        )
        for call in calls
    )
    return markup('<ul class="log" id="history">{rows}</ul>', rows=rows)


_NUMBER_PLAN: Final = (
    ("0001", "busy"),
    ("0002", "no answer, for 10 s"),
    ("0003", "unallocated number"),
    ("0004", "carrier failure"),
    ("0005", "answers, and hangs up after 5 s"),
    ("0006", "answers at once"),
    ("others", "rings for 1 s and answers"),
)
