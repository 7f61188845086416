#!/bin/bash -eu
# Builds every fuzz target for ClusterFuzzLite and OSS-Fuzz: binary, seeds and dictionary go to $OUT. The engine chooses
# compiler and flags. Outside a container: SRC=.. OUT=/tmp/out RUSTUP_TOOLCHAIN=nightly .clusterfuzzlite/build.sh
cd "${SRC:?}/byokcheck/fuzz"

cargo fuzz build -O --debug-assertions
binaries=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

for file in fuzz_targets/*.rs; do
  target=$(basename "$file" .rs)
  cp "$binaries/x86_64-unknown-linux-gnu/release/$target" "${OUT:?}/"
  zip -q -j -r "$OUT/${target}_seed_corpus.zip" "corpus/$target"
  if [ -e "dictionaries/$target.dict" ]; then
    cp "dictionaries/$target.dict" "$OUT/"
  fi
done
