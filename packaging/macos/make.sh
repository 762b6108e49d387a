#!/usr/bin/env bash
# Makes FFMLN.app and a disk image of it, on macOS with Xcode's command line tools, git and uv; untried:
#   packaging/macos/make.sh
# IDENTITY is the name of a "Developer ID Application" certificate in the keychain; without, the program is signed
# for this machine alone. With APPLE_ID, APPLE_TEAM and APPLE_PASSWORD, an app-specific password, Apple notarises it;
# PROFILE is what `xcrun notarytool store-credentials` has kept, in place of these three.
set -euo pipefail
cd "$(dirname "$0")/../.."
uv run --group package python packaging/build.py bundle
app=build/frozen/FFMLN.app
version=$(/usr/libexec/PlistBuddy -c "Print :CFBundleShortVersionString" "$app/Contents/Info.plist")

# What packaging/inside.py wrote beside the frozen bundle: data lie in Resources, and are linked from where code looks.
for name in licences sbom.cdx.json; do
    rm -rf "$app/Contents/Resources/$name" "$app/Contents/Frameworks/$name"
    cp -R "build/frozen/ffmln/_internal/$name" "$app/Contents/Resources/$name"
    ln -s "../Resources/$name" "$app/Contents/Frameworks/$name"
done

# From the inside out: libraries first, then the program, whose signature seals all of it.
identity=${IDENTITY:--}
signing=(--force --sign "$identity")
[ "$identity" = - ] || signing+=(--options runtime --timestamp)
find "$app/Contents/Frameworks" -type f \( -name "*.so" -o -name "*.dylib" -o -perm -u+x \) -print0 |
    while IFS= read -r -d '' file; do
        if file -b "$file" | grep -q Mach-O; then codesign "${signing[@]}" "$file"; fi
    done
find "$app/Contents/Frameworks" -type d -name "*.framework" -print0 |
    while IFS= read -r -d '' framework; do codesign "${signing[@]}" "$framework"; done
codesign "${signing[@]}" --entitlements packaging/macos/entitlements.plist "$app"
codesign --verify --deep --strict --verbose=2 "$app"
uv run python packaging/smoke.py "$app/Contents/MacOS/ffmln"

mkdir -p dist
image=dist/ffmln-$version-macos-$(uname -m).dmg
place=$(mktemp -d)
ditto "$app" "$place/FFMLN.app"
ln -s /Applications "$place/Applications"
cp LICENSE assets/weights/NOTICE "$place/"
hdiutil create -volname "FFMLN $version" -srcfolder "$place" -fs HFS+ -format UDZO -ov "$image"
rm -rf "$place"
[ "$identity" = - ] && { echo "$image, signed for this machine alone"; exit 0; }
codesign --force --sign "$identity" --timestamp "$image"

if [ -n "${PROFILE:-}" ]; then
    credentials=(--keychain-profile "$PROFILE")
elif [ -n "${APPLE_ID:-}" ]; then
    credentials=(--apple-id "$APPLE_ID" --team-id "$APPLE_TEAM" --password "$APPLE_PASSWORD")
else
    echo "$image, signed and not notarised: neither PROFILE nor APPLE_ID is set"
    exit 0
fi
xcrun notarytool submit "$image" "${credentials[@]}" --wait # `notarytool log ID` says why something is refused
xcrun stapler staple "$image"
xcrun stapler validate "$image"
spctl --assess --type open --context context:primary-signature --verbose "$image"
echo "$image, signed and notarised"
