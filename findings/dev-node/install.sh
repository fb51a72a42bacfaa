# shellcheck shell=bash
# Installs a pinned package in a temporary folder, and goes there. Sourced by the findings about nodes for
# developers; $1 is the package. The folder goes when the script ends.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$(dirname "${BASH_SOURCE[0]}")/dev-node.mjs" "$folder"
cd "$folder"
echo '{"private": true}' >package.json
npm install --loglevel=error --no-audit --no-fund "$@" ws@8.18.0
# hardhat looks for it, and asks whether it may send statistics.
echo 'module.exports = {solidity: "0.8.28"};' >hardhat.config.js
export HARDHAT_DISABLE_TELEMETRY_PROMPT=true
