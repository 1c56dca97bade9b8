"""A start on a folder that is up to date loads no migration tool: it is what makes it slow."""

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from screenpop.adapters.store import migrations
from screenpop.adapters.store.sqlite.store import SqliteStore

LOADED = """
import sys
from pathlib import Path
from screenpop.bootstrap import Node
from screenpop.settings import Settings
node = Node(Settings(), Path(sys.argv[1]), ["http://localhost"])
node.store.close()
sys.exit(repr(found) if (found := {"alembic", "sqlalchemy"} & set(sys.modules)) else 0)
"""


def test_the_head_by_file_name_is_the_head_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert migrations.head() == ScriptDirectory.from_config(config).get_current_head()


def test_a_second_start_loads_neither_alembic_nor_sqlalchemy(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "screenpop.db").close()
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
