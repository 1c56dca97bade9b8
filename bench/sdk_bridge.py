"""SDK calls against a raw ``MessagePort`` echo in the same browser and run (design 7).

Both SDK rows as ratios of one run, Penpal and Comlink beside them, and the SDK's size.
Run: ``python -m bench.sdk_bridge``.
"""

import gzip
import json
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.sdk.site import FRONTEND, Site, bundle, running

BAR_RATIO = 1.15
BAR_GZIP_BYTES = 6_000
BAR_REPLAY_MILLISECONDS = 200.0
_ROUNDS = 21
_CALLS = 200
_ROADS = ("echo", "sdk", "penpal", "comlink")


def _time_roads(browser: Browser, site: Site) -> dict[str, list[float]]:
    """Milliseconds a call on each road, of each round; the roads take turns in every round."""
    page = browser.new_page()
    page.goto(f"{site.host}/pages/blank.html")
    page.add_script_tag(url="/scripts/host.js", type="module")
    page.wait_for_function("window.bench !== undefined")
    page.evaluate("url => bench.open(url)", f"{site.crm}/pages/blank.html?host={site.host}")
    frame = page.frames[1]
    frame.wait_for_load_state()
    frame.add_script_tag(url="/scripts/page.js", type="module")
    frame.wait_for_function("window.time !== undefined")
    rounds: dict[str, list[float]] = {name: [] for name in (*_ROADS, "sdkServer", "fetch")}
    for _ in range(_ROUNDS):
        for road in _ROADS:
            rounds[road].append(frame.evaluate("([r, n]) => time(r, n)", [road, _CALLS]))
        few = _CALLS // 2
        rounds["sdkServer"].append(frame.evaluate("n => time('sdkServer', n)", few))
        rounds["fetch"].append(page.evaluate("n => bench.timeFetch(n)", few))
    page.evaluate("bench.fillLog(1000)")
    # Once, and cold, as it is for a page that comes back.
    rounds["replay"] = [frame.evaluate("timeReplay(1000)")] * 2
    # The first round warms up.
    return {name: times[1:] for name, times in rounds.items()}


def run() -> dict[str, float]:
    """Median ratios over the rounds, the echo's milliseconds, and the SDK's gzipped bytes."""
    pages = Path(__file__).parent / "pages"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle(folder, host=pages / "sdk_bridge_host.ts", page=pages / "sdk_bridge_page.ts")
        bundle(folder, sdk=FRONTEND / "sdk" / "src" / "index.ts", minify=True)
        size = len(gzip.compress((folder / "sdk.js").read_bytes(), 9))
        with running(folder) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            times = _time_roads(browser, site)
            browser.close()

    def ratio(road: str) -> float:
        return median(a / b for a, b in zip(times[road], times["echo"], strict=True))

    with_server = zip(times["sdkServer"], times["echo"], times["fetch"], strict=True)
    return {
        "echo_ms": median(times["echo"]),
        "sdk_host_answers_ratio": ratio("sdk"),
        "sdk_server_answers_ratio": median(s / (e + f) for s, e, f in with_server),
        "penpal_ratio": ratio("penpal"),
        "comlink_ratio": ratio("comlink"),
        "bar_ratio": BAR_RATIO,
        "replay_1000_ms": median(times["replay"]),
        "bar_replay_ms": BAR_REPLAY_MILLISECONDS,
        "sdk_gzip_bytes": size,
        "bar_gzip_bytes": BAR_GZIP_BYTES,
    }


if __name__ == "__main__":
    print(json.dumps(run()))
