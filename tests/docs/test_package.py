"""What `make build` packs is complete: the browser's part is built, ignored by git, and inside."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_wheel_contains_every_bundle_of_the_front_end(tmp_path: Path) -> None:
    bundles = {
        f"screenpop/web/built/{out}"
        for manifest in ROOT.glob("frontend/*/package.json")
        for out in json.loads(manifest.read_text("utf-8"))
        .get("screenpop", {})
        .get("bundles", {})
        .values()
    }
    assert bundles
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert bundles - packed == set(), "not built here; run make build"
    assert "screenpop/cli/__init__.py" in packed
