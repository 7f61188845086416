#!/bin/bash -eu
exec "$SRC/byokcheck/.clusterfuzzlite/build.sh"
