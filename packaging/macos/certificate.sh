#!/usr/bin/env bash
# Puts a signing certificate into a keychain of its own, on a machine that is thrown away afterwards; untried:
#   CERTIFICATE=$(base64 -i FILE.p12) CERTIFICATE_PASSWORD=... packaging/macos/certificate.sh
# Does nothing without CERTIFICATE.
set -euo pipefail
if [ -z "${CERTIFICATE:-}" ]; then
    echo "no certificate: the program will be signed for this machine alone"
    exit 0
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
keychain=$HOME/Library/Keychains/ffmln-signing.keychain-db
password=$(openssl rand -base64 24)
base64 --decode <<<"$CERTIFICATE" >"$place/certificate.p12"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain" # it stays open for six hours
security unlock-keychain -p "$password" "$keychain"
security import "$place/certificate.p12" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple:,codesign: -s -k "$password" "$keychain" >/dev/null
before=()
while IFS= read -r line; do
    line=${line#*\"}
    before+=("${line%\"}")
done < <(security list-keychains -d user)
security list-keychains -d user -s "$keychain" "${before[@]}"
security find-identity -v -p codesigning "$keychain"
