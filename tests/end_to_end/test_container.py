"""The container image: built of Debian's packages, and run as nobody in particular on a root that cannot be written."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "container"
IMAGE = "localhost/policy-pipeline-tried"
NOBODY = 10001
_WANTED = "POLICY_TRY_CONTAINER"
_MISSING = [name for name in ("buildah", "mmdebstrap", "unshare", "python3.13") if shutil.which(name) is None]
"""What building it needs; it takes minutes, and asks Debian's archive."""

INSIDE = """set -eu
mount --bind "$IMAGE_ROOT" "$PLACE"
mount --bind "$WORKSPACE" "$PLACE/workspace"
mount -t proc proc "$PLACE/proc"
mount --bind /dev "$PLACE/dev"
mount -o remount,ro,bind "$PLACE"
mount -t tmpfs -o mode=1777 tmpfs "$PLACE/tmp"
exec /usr/sbin/chroot --userspec=$NOBODY:$NOBODY "$PLACE" \\
    /usr/bin/env -i $SETTINGS /bin/sh -c 'cd /workspace; eval "$0"' "$COMMAND"
"""


def containerfile() -> str:
    return (FOLDER / "Containerfile").read_text(encoding="utf-8")


def test_the_image_is_nobodys_has_a_health_check_and_fetches_nothing() -> None:
    lines = [line.strip() for line in containerfile().splitlines() if line.strip() and not line.startswith("#")]
    assert f"USER {NOBODY}:{NOBODY}" in lines
    assert lines.index(f"USER {NOBODY}:{NOBODY}") > max(n for n, line in enumerate(lines) if line.startswith("RUN"))
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert "/healthz" in containerfile()
    assert [line for line in lines if line.startswith("FROM")] == ["FROM ${BASE} AS parts", "FROM ${BASE}"]
    fetched = re.findall(r"https?://(?!127\.0\.0\.1)\S+", containerfile() + (FOLDER / "build.sh").read_text("utf-8"))
    assert fetched == []


@pytest.fixture(scope="module")
def image_root() -> Iterator[Path]:
    """The image's files, built and mounted; gone afterwards."""
    if not os.environ.get(_WANTED):
        pytest.skip(f"takes minutes; 'make container' sets {_WANTED}")
    if _MISSING or os.geteuid() != 0:
        pytest.skip(f"needs root and {', '.join(_MISSING) or 'buildah'}")
    subprocess.run([str(FOLDER / "build.sh"), IMAGE], check=True)
    made = buildah("from", "--pull-never", IMAGE)
    try:
        yield Path(buildah("mount", made))
    finally:
        buildah("rm", made)
        buildah("rmi", IMAGE, f"{IMAGE}-base")


def buildah(*words: str) -> str:
    done = subprocess.run(["buildah", *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_it_works_as_nobody_where_its_workspace_alone_can_be_written(image_root: Path, tmp_path: Path) -> None:
    told = json.loads(buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]
    assert told["User"] == f"{NOBODY}:{NOBODY}"
    assert told["Healthcheck"]["Test"][0] == "CMD"
    workspace, place = tmp_path / "workspace", tmp_path / "root"
    for folder in (workspace, place):
        folder.mkdir()
    os.chown(workspace, NOBODY, NOBODY)

    def inside(command: str) -> str:
        environ = {
            **os.environ,
            "IMAGE_ROOT": str(image_root),
            "PLACE": str(place),
            "WORKSPACE": str(workspace),
            "NOBODY": str(NOBODY),
            "SETTINGS": " ".join(told["Env"]),
            "COMMAND": command,
        }
        done = subprocess.run(
            ["unshare", "--mount", "/bin/sh", "-c", INSIDE], env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert inside("id -u").strip() == str(NOBODY)
    elsewhere = "/ /opt/policy /etc /home /var/tmp /run"
    assert inside(f"for folder in {elsewhere}; do touch $folder/x 2>/dev/null && echo $folder; done; true") == ""
    assert "Usage: policy" in inside("policy --help")
    inside("policy init . --school 'Westhaven School'")
    assert "This is a dry run" in inside("policy run --dry-run")
    assert "nobody mailed" in inside("policy run")
    assert "The ledger is whole" in inside("policy ledger verify")
    check = shlex.join(told["Healthcheck"]["Test"][1:])
    tried = f"for n in $(seq 60); do sleep 2; if {check} 2>/dev/null; then echo well; break; fi; done"
    assert "well" in inside(f"policy serve >$HOME/said 2>&1 & {tried}; kill $!; wait $! || true")
