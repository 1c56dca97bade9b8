"""A configuration's digest tells one file from another, and an upgrade from neither."""

import json
from dataclasses import replace

from screenpop.adapters.store.configuration_records import (
    configuration_from_record,
    configuration_to_record,
    digest_of,
)
from screenpop.demo import world

DEMO = world.load().configuration


def test_digest_is_another_for_another_file_and_the_same_for_the_same() -> None:
    queue = replace(DEMO.queues[0], longest_wait=1)
    assert digest_of(replace(DEMO, queues=(queue,))) != digest_of(DEMO)
    assert digest_of(world.load().configuration) == digest_of(DEMO)


def test_setting_that_a_later_version_knows_does_not_change_the_digest() -> None:
    """What an older screenpop kept has not the keys of a newer one, and reads as the same."""
    record = json.loads(configuration_to_record(DEMO))
    for queue in record["queues"]:
        for added in ("longest_wait", "overflow_number", "closed_hours"):
            del queue[added]
    for centre in record["contact_centers"]:
        del centre["break_reasons"]
    kept = configuration_from_record(json.dumps(record), DEMO.version)
    assert kept == DEMO
    assert digest_of(kept) == digest_of(DEMO)


def test_order_in_which_an_apps_sets_were_written_does_not_count() -> None:
    first, *others = DEMO.apps
    one = replace(first, campaign_ids=frozenset([60, 172, 270]))
    other = replace(first, campaign_ids=frozenset([270, 60, 172]))
    assert digest_of(replace(DEMO, apps=(one, *others))) == digest_of(
        replace(DEMO, apps=(other, *others))
    )
