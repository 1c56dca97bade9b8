"""What is exported is good, and reads back to the same configuration."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from screenpop.cli import main
from screenpop.demo import world
from screenpop.domain.configuration import (
    ClosedHours,
    Configuration,
    DispositionPattern,
    Weekday,
)
from screenpop.settings import read_configuration
from screenpop.settings.export import toml_of

DEMO = world.load().configuration
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MS = st.integers(1, 86_400_000)


def read_back(configuration: Configuration) -> Configuration:
    return read_configuration(toml_of(configuration), Path("exported.toml"))


def test_demo_reads_back_to_the_same() -> None:
    assert read_back(DEMO) == DEMO


@settings(deadline=None, max_examples=50)
@given(TEXT, TEXT, MS, MS, st.booleans(), st.sampled_from(DispositionPattern))
def test_any_campaign_reads_back_to_the_same(
    name: str, description: str, wrap: int, ring: int, flag: bool, pattern: DispositionPattern
) -> None:
    first, *others = DEMO.campaigns
    changed = replace(
        first,
        name=name,
        description=description,
        wrap_time=wrap,
        agent_ring_time=ring,
        manual_dial_allowed=flag,
        disable_disposition_on_active_call=not flag,
        disposition_pattern=pattern,
    )
    wanted = replace(DEMO, campaigns=(changed, *others))
    assert read_back(wanted) == wanted


@settings(deadline=None, max_examples=50)
@given(st.lists(TEXT, min_size=1, max_size=3), TEXT)
def test_any_text_reads_back_to_the_same(reasons: list[str], name: str) -> None:
    user, *others = DEMO.users
    users = (replace(user, name=name), *others)
    wanted = replace(DEMO, break_reasons=tuple(reasons), users=users)
    assert read_back(wanted) == wanted


@settings(deadline=None, max_examples=50)
@given(
    st.none() | MS,
    st.sampled_from(["", "18005550199"]),
    st.lists(
        st.builds(
            ClosedHours,
            st.integers(0, 1440),
            st.integers(0, 1440),
            st.lists(st.sampled_from(Weekday), min_size=1, unique=True).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)
def test_any_limits_of_a_queue_read_back_to_the_same(
    longest: int | None, overflow: str, closed: tuple[ClosedHours, ...]
) -> None:
    (queue,) = DEMO.queues
    changed = replace(queue, longest_wait=longest, overflow_number=overflow, closed_hours=closed)
    wanted = replace(DEMO, queues=(changed,))
    assert read_back(wanted) == wanted


def test_app_with_options_reads_back_to_the_same() -> None:
    app, *others = DEMO.apps
    options = {"switched_off": ["ivrTime"], "sandbox": True, "query_limit": 6500}
    changed = replace(app, options=options, scopes=frozenset(), queue_ids=frozenset({5}))
    wanted = replace(DEMO, apps=(changed, *others))
    assert read_back(wanted) == wanted


def test_folder_without_data_is_said(tmp_path: Path) -> None:
    assert main(["export-config", str(tmp_path)]) == 1
