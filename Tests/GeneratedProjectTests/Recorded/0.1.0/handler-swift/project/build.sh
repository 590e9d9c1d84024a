#!/bin/sh
# Builds libHello.so, the library that wsgi.py loads, into this folder.
#
# It needs Swift 6.2 or newer on Linux. The library runs where the C library (glibc) is as new
# as here; README.md says how to build it for an older host.
set -eu
cd "$(dirname "$0")"

if [ "$(uname -s)" != Linux ]; then
  echo "build.sh: the host runs Linux, so the library has to be built there: README.md says how" >&2
  exit 1
fi

if ! command -v swift >/dev/null; then
  echo "build.sh: there is no swift on the path: https://www.swift.org/install, or a container," >&2
  echo "which README.md tells of" >&2
  exit 1
fi

# The Swift runtime is linked into the library (-static-stdlib): the host has none. Its symbols
# stay inside (--exclude-libs), out of the way of whatever else the process loads, and the
# symbol table, half of the size, is left out (-s). Only lld links it without a warning. Once
# loaded, it stays (nodelete): signals and threads that end call functions in it. What it needs
# is the system's, and never what lies beside it (--disable-local-rpath).
swift build --configuration release --product Hello --disable-local-rpath \
  --static-swift-stdlib -Xswiftc -static-stdlib -Xswiftc -use-ld=lld \
  -Xlinker --exclude-libs=ALL -Xlinker -s -Xlinker -z -Xlinker nodelete "$@"

# In one step: a process that loads it at this moment gets the old one or the new one.
folder=$(swift build --configuration release --show-bin-path "$@")
cp "$folder/libHello.so" libHello.so.new
mv libHello.so.new libHello.so
ls -l libHello.so
