"""The one test on the real content: that it has no problems."""

import subprocess
import sys
from pathlib import Path


def test_the_real_content_has_no_problems(root: Path) -> None:
    command = [sys.executable, "build.py", "check", "--strict"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No problem." in done.stdout
