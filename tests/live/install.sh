#!/bin/sh
# Installs the servers that live tests start (Debian 12), if they are missing and may be installed. Ends with 0 either
# way: where they are missing the tests say so themselves, and fail on a build server (CI=true).
set -u

packages="redmine redmine-sqlite ruby-pg puma postgresql dovecot-imapd dovecot-lmtpd postfix swaks libnet-ssleay-perl chromium gcc libc6-dev"

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "live tests: all servers are installed"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "live tests: no apt-get here, so these stay missing:$missing"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "live tests: only root may install, so these stay missing:$missing"
    exit 0
fi

# Packages start their services unless policy-rc.d forbids it; tests use other ports and leave those alone.
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if apt-get update >"$log" 2>&1 </dev/null &&
    # shellcheck disable=SC2086 # a list of words
    apt-get install -y --no-install-recommends $missing >"$log" 2>&1 </dev/null; then
    echo "live tests: installed$missing"
else
    echo "live tests: could not install$missing: $(tail -n 1 "$log")"
fi
exit 0
