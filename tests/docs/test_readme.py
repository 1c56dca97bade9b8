"""The README's tour runs as it stands, and its links lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.mark.needs("curl")
def test_the_tour_runs_from_top_to_bottom() -> None:
    script = "\n".join(re.findall(r"```bash\n(.*?)```", README, re.DOTALL))
    command = "import sys; from screenpop.cli import main; sys.exit(main())"
    demo = [sys.executable, "-c", command, "demo", "--port", "0", "--ready-json"]
    with subprocess.Popen(demo, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"]
        tour = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("http://localhost:8700", url)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        server.terminate()
    assert tour.returncode == 0, tour.stderr
    assert '"callState": "connected"' in tour.stdout
    assert '"dispositionCode":"Sale"' in tour.stdout
    assert "interaction.interactionConnected" in tour.stdout


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_relative_link_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text())
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing
