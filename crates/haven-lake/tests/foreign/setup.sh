#!/usr/bin/env bash
# Installs the store that the tests read (moto, which speaks S3) and Arrow for Python, which writes tables for them; quick and
# silent where both are there. They come from PyPI into the user's cache.
set -euo pipefail

moto=5.2.5
arrow=26.0.1
home=${XDG_CACHE_HOME:-$HOME/.cache}/haven/lake

# Named by the versions, so that others replace them; written last, so that half an installation is none.
ready=$home/ready-$moto-$arrow
if [[ -e $ready ]]; then
  exit 0
fi

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  echo "setup: python3-venv is lacking, so the store for tests is not installed: apt-get install python3-venv" >&2
  exit 1
fi
echo "setup: installing moto $moto and pyarrow $arrow"
rm -rf "$home"
mkdir -p "$home"
python3 -m venv "$home/python"
"$home/python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "moto[server]==$moto" "pyarrow==$arrow"
touch "$ready"
