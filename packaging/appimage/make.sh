#!/usr/bin/env bash
# Makes an AppImage of the .tar.gz that packaging/build.py makes:
#   packaging/appimage/make.sh dist/ffmln-VERSION-linux-MACHINE.tar.gz [FOLDER]
# Lays out FOLDER (build/ffmln.AppDir), adds the small X11 libraries that many desktops lack, where this machine has them,
# tries that it starts, and calls appimagetool where it is there; without, the folder is all there is. RUNTIME
# names a file with appimagetool's runtime, which it else fetches; SIGN=1 signs with one's GPG key. COMPLETE=1 ends
# where one of those libraries is missing.
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd)
archive=$(readlink -f -- "$1")
name=$(basename -- "$archive" .tar.gz) # ffmln-VERSION-linux-MACHINE
version=${name#ffmln-}
version=${version%%-linux-*}
machine=${name##*-linux-}
root=$(cd -- "$here/../.." && pwd)
folder=$(readlink -m -- "${2:-$root/build/ffmln.AppDir}")
rm -rf -- "$folder"
mkdir -p "$folder/usr/lib" "$folder/usr/bin"

tar -xzf "$archive" -C "$folder/usr/lib"
mv "$folder/usr/lib/ffmln-$version" "$folder/usr/lib/ffmln"
mv "$folder/usr/lib/ffmln/share" "$folder/usr/share"
rm "$folder/usr/lib/ffmln/menu.sh" # for a program that is unpacked; its README.txt stays, as it names libraries
known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) # which Debian leads only root to
inside=$folder/usr/lib/ffmln/_internal added=() missing=()
for library in libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-render-util.so.0 \
    libxcb-util.so.1 libxcb-xkb.so.1 libxkbcommon-x11.so.0; do
    found=$(awk -v name="$library" '$1 == name && !found { found = $NF } END { print found }' <<<"$known")
    if [ -z "$found" ]; then
        missing+=("$library")
        continue
    fi
    cp -L -- "$found" "$inside/$library"
    added+=("$found")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "not here: ${missing[*]}; who starts the AppImage has to have them" >&2
    [ -z "${COMPLETE:-}" ] || exit 1
fi
python3 "$here/added.py" "$inside" ${added[@]+"${added[@]}"}
ln -s ../lib/ffmln/ffmln "$folder/usr/bin/ffmln"
install -m 755 "$here/AppRun" "$folder/AppRun"
cp "$folder/usr/share/applications/ffmln.desktop" "$folder/ffmln.desktop"
# One program is one file: its own entry in the root, named as the icon and as usr/bin has it.
rm -r "$folder/usr/share/kio" "$folder/usr/share/nautilus-python" # file managers do not look into AppImages
cp "$folder/usr/share/icons/hicolor/256x256/apps/ffmln.png" "$folder/ffmln.png"
cp "$folder/ffmln.png" "$folder/.DirIcon"
mv "$folder/usr/share/metainfo/ffmln.metainfo.xml" "$folder/usr/share/metainfo/ffmln.appdata.xml" # as the tool asks

"$folder/AppRun" --version
if ! command -v appimagetool >/dev/null; then
    echo "appimagetool is not here; the folder it takes is $folder"
    exit 0
fi
options=(--comp zstd)
[ -z "${RUNTIME:-}" ] || options+=(--runtime-file "$RUNTIME")
[ -z "${SIGN:-}" ] || options+=(--sign)
mkdir -p "$root/dist"
ARCH=$machine VERSION=$version appimagetool "${options[@]}" "$folder" "$root/dist/ffmln-$version-$machine.AppImage"
