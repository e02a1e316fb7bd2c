#!/usr/bin/env bash
# Installs what is lacking and nothing else; quick and silent where all is there.
#
#   scripts/setup.sh        what building and running needs
#   scripts/setup.sh test   that, and what the tests need: the solver, a browser, PostgreSQL, MariaDB, nginx, Squid, Tesseract,
#                           openssl, Go's checksum-database code, an S3 store
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}

if ! command -v cargo >/dev/null; then
  echo "setup: cargo is lacking: install Rust as https://rustup.rs says, then try again" >&2
  exit 1
fi

# Packages to install, by the command they bring.
lacking=()
need() { # command package...
  command -v "$1" >/dev/null || lacking+=("${@:2}")
}
# Some crates compile a little C and assembly, and everything is linked.
need cc build-essential
need node nodejs
need npm npm
if [[ $purpose == test ]]; then
  need cvc5 cvc5
  need openssl openssl
  need tesseract tesseract-ocr
  need pdftoppm poppler-utils
  need chromium chromium chromium-sandbox fonts-liberation
  # Debian keeps servers outside the path.
  if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    need initdb postgresql
  fi
  if [[ ! -x /usr/sbin/mariadbd ]]; then
    need mariadbd mariadb-server
  fi
  # The tests start these themselves, with ports and folders of their own; the services that Debian sets up are not used.
  if [[ ! -x /usr/sbin/nginx ]]; then
    need nginx nginx-light
  fi
  if [[ ! -x /usr/sbin/squid ]]; then
    need squid squid
  fi
  python3 -c 'import ensurepip, venv' 2>/dev/null || lacking+=(python3 python3-venv)
fi

install() {
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    as_root=(sudo -n)
  fi
  command -v apt-get >/dev/null || return 1
  "${as_root[@]}" true 2>/dev/null || return 1
  echo "setup: installing ${lacking[*]}"
  # One list that cannot be fetched need not keep the packages of the others away.
  "${as_root[@]}" apt-get update --quiet=2 || echo "setup: apt-get update failed; going on with the lists at hand" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${lacking[@]}"
}

if ((${#lacking[@]})) && ! install; then
  echo "setup: lacking, and not installed: ${lacking[*]}" >&2
  echo "setup: somebody with the rights to do so can run: apt-get install ${lacking[*]}" >&2
  # Without a compiler nothing can be built. Without the rest only what needs it fails, and says so by name.
  command -v cc >/dev/null || exit 1
fi

# npm starts from nothing each time, so it runs only where the list of packages is another one than last time.
installed=web/node_modules/.installed-package-lock.json
if [[ -f web/package-lock.json ]] && ! cmp --silent web/package-lock.json "$installed"; then
  if command -v npm >/dev/null; then
    (cd web && npm ci --no-audit --no-fund)
    mkdir -p web/node_modules
    cp web/package-lock.json "$installed"
  else
    echo "setup: npm is lacking, so the packages of web/ are not installed" >&2
  fi
fi

if [[ $purpose == test ]]; then
  crates/haven-ledger/tests/foreign/setup.sh || echo "setup: Go is lacking, so one test of the ledger fails" >&2
  crates/haven-lake/tests/foreign/setup.sh || echo "setup: a store is lacking, so the tests of lakes fail" >&2
  # A toolchain of the minimal profile has neither.
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 || rustup component add "${component/fmt/rustfmt}"
  done
fi
