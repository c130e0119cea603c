#!/usr/bin/env bash
# Build the container image of this folder: docs/container/build.sh [IMAGE]. Needs buildah, netavark and mmdebstrap from
# Debian, and the Python that Debian's own is (PYTHON=… says where). Leaves two images: the base and the program's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

image=${1:-localhost/policy-pipeline}
suite=trixie
python=${PYTHON:-python3.13}
for program in buildah mmdebstrap "$python"; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is not here. On Debian: apt-get install buildah netavark mmdebstrap python3-venv" >&2
        exit 1
    fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
context="$work/context"
mkdir -p "$context/wheels"

# The parts, as requirements.txt pins them, and those that a register in PostgreSQL and workers need besides.
sed -n 's/^\([A-Za-z0-9._-]*\)\(\[[^]]*\]\)\{0,1\}\(==[^ ]*\).*/\1\3/p' requirements-dev.txt >"$work/pins.txt"
"$python" -m venv "$work/venv"
pip() { "$work/venv/bin/pip" --quiet --disable-pip-version-check "$@"; }
pip wheel --require-hashes --no-deps --requirement requirements.txt --wheel-dir "$context/wheels"
pip wheel --constraint "$work/pins.txt" --wheel-dir "$work/more" '.[trust]'
cp --update=none "$work/more"/*.whl "$context/wheels/"

# The base, of Debian's packages alone.
mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv "$suite" "$work/base.tar"
base=$(buildah from scratch)
buildah add --quiet "$base" "$work/base.tar" / >/dev/null
buildah commit --quiet --rm "$base" "$image-base" >/dev/null

# "docker" is the format that keeps the health check. No more files and processes than this machine allows.
limits=(--ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --ulimit "nproc=$(ulimit -Hu):$(ulimit -Hu)")
buildah build --quiet --format docker --isolation chroot "${limits[@]}" --build-arg BASE="$image-base" \
    --file docs/container/Containerfile --tag "$image" "$context" >/dev/null
echo "$image"
