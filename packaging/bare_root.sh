#!/usr/bin/env bash
# Tries the .deb or the .tar.gz on a system that has only Debian's base; as root, in a folder of its own:
#   packaging/bare_root.sh dist/ffmln_VERSION_amd64.deb PHOTOS SKETCH [SCREENSHOT.png]
# Installs it, asks for the version, indexes and searches PHOTOS, opens the window on Xvfb and draws in it, takes
# it away again, and fails where something failed or a file is left. BASE names a base system to copy; without, one
# is made with debootstrap. Needs debootstrap, Xvfb and xdotool, and ImageMagick for SCREENSHOT; apt's settings are this
# machine's.
set -euo pipefail
if [ -n "${4:-}" ] && ! command -v import >/dev/null; then
    echo "bare_root.sh: for SCREENSHOT ImageMagick is needed, and not here." >&2
    exit 2
fi
if [ "${IN_NAMESPACE:-}" != yes ]; then
    IN_NAMESPACE=yes exec unshare --mount --pid --fork --kill-child "$0" "$@" # its mounts and processes end with it
fi
package=$(readlink -f "$1") photos=$(readlink -f "$2") sketch=$(readlink -f "$3") picture=${4:-}
place=$(mktemp -d) root=$place/root
cleanup() {
    [ -z "${screen:-}" ] || kill "$screen" 2>/dev/null || true
    for mounted in proc dev/shm dev tmp/.X11-unix srv; do umount "$root/$mounted" 2>/dev/null || true; done
    mountpoint -q "$root/srv" || rm -rf --one-file-system "$place"
}
trap cleanup EXIT
if [ -n "${BASE:-}" ]; then cp -a "$BASE" "$root"; else debootstrap --variant=minbase stable "$root" >/dev/null; fi
cp /etc/resolv.conf "$root/etc/"
cp -r /etc/apt/apt.conf.d /etc/apt/sources.list.d "$root/etc/apt/"
: >"$root/etc/apt/sources.list"
mkdir -p "$root"/tmp/.X11-unix /tmp/.X11-unix
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs shm "$root/dev/shm"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
mount -t tmpfs srv "$root/srv"
cp -r "$photos" "$root/srv/photos"
cp "$sketch" "$root/srv/sketch.png"
cp "$package" "$root/srv/"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }
person() { inside su -s /bin/sh someone -c "export DISPLAY=${DISPLAY:-}; $*"; }
files() { (cd "$root" && find . -xdev \( -type f -o -type l \) | grep -vE \
    '^\./(proc|dev|srv|tmp|run)/|^\./var/(lib/(dpkg|apt)|cache|log)/|^\./home/|/ld\.so\.cache$' | sort); }

inside useradd -m someone
inside apt-get -qq update
files >"$place/before"
name=$(basename "$package")
if [[ $name == *.deb ]]; then
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "/srv/$name" >"$place/log" 2>&1 ||
        { cat "$place/log"; exit 1; }
    program=ffmln
else
    libraries=$(tar -xzOf "$package" --wildcards '*/README.txt' | sed -n '/apt install/,/^$/p' | tr -d '\\' | sed 's/apt install//')
    # shellcheck disable=SC2086
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $libraries >"$place/log" 2>&1 ||
        { cat "$place/log"; exit 1; }
    inside tar -xzf "/srv/$name" -C /home/someone
    program=$(inside sh -c 'echo /home/someone/ffmln-*/ffmln')
fi
missing=$(inside sh -c 'find /opt/ffmln /home/someone -name "*.so*" -type f 2>/dev/null | while read -r one; do
    ldd "$one" 2>/dev/null | sed -n "s/^\t\(.*\) => not found/\1/p"; done | sort -u | while read -r name; do
    [ -n "$(find /opt/ffmln /home/someone -name "$name" 2>/dev/null)" ] || echo "$name"; done' |
    grep -vE "^lib(gtk-3|gdk|atk|pango|cairo|harfbuzz)" || true) # GTK is asked for where it is there
[ -z "$missing" ] || { echo "libraries that are not there:"; echo "$missing"; exit 1; }
person "$program --version"
person "$program index /srv/photos" 2>/dev/null | tail -1
found=$(person "$program search /srv/photos --sketch /srv/sketch.png -k 3 --json")
echo "$found"
[[ $found == *'"path"'* ]] || { echo "the search finds nothing"; exit 1; }

for number in $(seq 90 120); do [ -e "/tmp/.X11-unix/X$number" ] || break; done
Xvfb ":$number" -screen 0 1280x800x24 >/dev/null 2>&1 &
screen=$!
export DISPLAY=:$number
until xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.2; done
began=$(date +%s.%N)
person "$program /srv/photos" 2>"$place/said" &
window=$!
id=$(timeout 120 xdotool search --sync --onlyvisible --name FFMLN | head -1)
echo "a window after $(awk "BEGIN {print $(date +%s.%N) - $began}") s"
sleep 8
xdotool windowmove "$id" 0 0 windowsize "$id" 1280 800
sleep 2
xdotool mousemove 200 250 mousedown 1
for point in "240 200" "300 180" "360 200" "400 250" "300 250" "200 250"; do xdotool mousemove $point; sleep 0.1; done
xdotool mouseup 1
sleep 4
[ -z "$picture" ] || import -window root "$picture"
xdotool key ctrl+q
for _ in $(seq 40); do kill -0 "$window" 2>/dev/null || break; sleep 0.5; done
kill "$window" 2>/dev/null && echo "the window does not close" || true
wait "$window" || { echo "the window ended with $?"; cat "$place/said"; exit 1; }
echo "the window closed well"
! grep -q Traceback "$place/said" || { cat "$place/said"; exit 1; }

if [[ $name == *.deb ]]; then
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -y purge ffmln >/dev/null
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -y autoremove --purge >/dev/null
    files >"$place/after"
    left=$(comm -13 "$place/before" "$place/after")
    [ -z "$left" ] && echo "nothing is left" || { echo "left behind:"; echo "$left"; exit 1; }
fi
