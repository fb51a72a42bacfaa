#!/usr/bin/env bash
# What geth answers beyond the head that its Status names; see run.sh in the folder of this name.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/geth-beyond-its-head/run.sh" "$@"
