#!/bin/sh
# Puts the program of this folder into one's own menu, or takes it out again: ./menu.sh [remove]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
cd "$here/share"
find applications icons metainfo man -type f | while read -r file; do
    if [ "${1:-}" = remove ]; then
        rm -f "$data/$file"
    else
        mkdir -p "$data/$(dirname -- "$file")"
        cp -- "$file" "$data/$file"
    fi
done
if [ "${1:-}" != remove ]; then
    escaped=$(printf '%s' "$here/ffmln" | sed 's/[\\"`$]/\\\\&/g; s/[&|\\]/\\&/g')
    sed -i "s|^Exec=ffmln|Exec=\"$escaped\"|; s|^TryExec=ffmln|TryExec=$escaped|" "$data/applications/ffmln.desktop"
fi
for tool in update-desktop-database gtk-update-icon-cache; do
    command -v $tool >/dev/null 2>&1 || continue
    case $tool in
    update-desktop-database) $tool -q "$data/applications" || true ;;
    *) $tool -q -t "$data/icons/hicolor" 2>/dev/null || true ;;
    esac
done
