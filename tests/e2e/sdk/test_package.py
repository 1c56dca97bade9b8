"""The npm package: what a CRM that bundles the SDK gets."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.sdk.desk import Desk
from tests.e2e.sdk.site import FRONTEND, bundle

NODE = str(Path(sys.executable).parent / "node")
LARGEST_BYTES = 6_000
GOOD = """
import sdk, { initialize, OmniError, type OmniSdk } from "@screenpop/omni-sdk";
const omni: OmniSdk = initialize({ context: "app", hostOrigins: ["https://desk.example"] });
await omni.interaction.register("interactionInitiated", (data) => data.phone.length);
export default [sdk, OmniError];
"""
BAD = {
    "event": 'await omni.interaction.register("interactionInitated", () => undefined);',
    "field": 'await omni.interaction.register("showCrm", (data) => data.customerinfo);',
    "method": "await omni.interaction.getAl();",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the packed package installed, and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    sdk = FRONTEND / "sdk"
    subprocess.run([NODE, sdk / "package.mjs"], check=True, timeout=60)
    installed = folder / "node_modules" / "@screenpop" / "omni-sdk"
    shutil.copytree(sdk / "dist", installed / "dist")
    shutil.copy(sdk / "package.json", installed)
    return folder


def compile_types(project: Path, source: str) -> str:
    """What the compiler says of a page of that project; empty when it is content."""
    (project / "page.mts").write_text(source)
    tsc = str(FRONTEND / "node_modules" / "typescript" / "bin" / "tsc")
    options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"]
    command = [NODE, tsc, *options, "--lib", "es2022,dom", "--types", "", "page.mts"]
    done = subprocess.run(
        command, cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout


def test_packed_types_compile_without_our_sources(project: Path) -> None:
    assert compile_types(project, GOOD) == ""


@pytest.mark.parametrize("kind", BAD)
def test_misspelt_name_does_not_compile(project: Path, kind: str) -> None:
    assert "error TS" in compile_types(project, f"{GOOD}\n{BAD[kind]}")


def test_sdk_is_small(tmp_path: Path) -> None:
    """Compressed, as a CRM page loads it (design 7)."""
    bundle(tmp_path, minify=True, sdk=FRONTEND / "sdk" / "src" / "index.ts")
    assert len(gzip.compress((tmp_path / "sdk.js").read_bytes(), 9)) <= LARGEST_BYTES


def test_package_needs_nothing_at_run_time() -> None:
    manifest = json.loads((FRONTEND / "sdk" / "package.json").read_text())
    assert not {"dependencies", "peerDependencies", "optionalDependencies"} & manifest.keys()


def test_bundled_sdk_bridges_to_the_configured_host(
    desk: Desk, project: Path, scripts: Path
) -> None:
    """The module's own origin is the CRM's here: only hostOrigins makes the console trusted."""
    entry = project / "app.js"
    entry.write_text(
        'import { initialize } from "@screenpop/omni-sdk";\n'
        "const hostOrigins = [new URLSearchParams(location.search).get('host')];\n"
        "const omni = initialize({ context: 'app', hostOrigins });\n"
        "window.outcome = omni.ui.setBadge(1);\n"
    )
    bundle(scripts, bundled=entry)
    frame = desk.open(url=f"{desk.site.crm}/pages/blank.html?host={desk.site.host}")
    frame.add_script_tag(url="/scripts/bundled.js", type="module")
    frame.wait_for_function("window.outcome !== undefined")
    assert frame.evaluate("outcome") == {"interactionId": None}
