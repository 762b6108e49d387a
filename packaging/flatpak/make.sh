#!/usr/bin/env bash
# Makes a Flatpak of the .tar.gz that packaging/build.py makes:
#   packaging/flatpak/make.sh dist/ffmln-VERSION-linux-MACHINE.tar.gz
# Needs flatpak and flatpak-builder, and the remote `flathub`, or another that REMOTE names, from which runtime
# and SDK come. RUNTIME_REPO is the address of that remote's .flatpakrepo file, for people who have not set it up: it
# is noted in the Flatpak.
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
root=$(cd -- "$here/../.." && pwd)
archive=$(readlink -f -- "$1")
name=$(basename -- "$archive" .tar.gz) # ffmln-VERSION-linux-MACHINE
version=${name#ffmln-}
version=${version%%-linux-*}
identifier=$(basename -- "$here"/*.yml .yml)
place=$root/build/flatpak
rm -rf -- "$place"
mkdir -p "$place/tree" "$root/dist"
tar -xzf "$archive" -C "$place/tree" --strip-components=1

flatpak-builder --user "--install-deps-from=${REMOTE:-flathub}" --force-clean --repo="$place/repo" \
    --state-dir="$place/state" "$place/build" "$here/$identifier.yml"
file=$root/dist/ffmln-$version-${name##*-linux-}.flatpak
flatpak build-bundle ${RUNTIME_REPO:+"--runtime-repo=$RUNTIME_REPO"} "$place/repo" "$file" "$identifier"
echo "to try it: flatpak install --user $file && flatpak run $identifier"
