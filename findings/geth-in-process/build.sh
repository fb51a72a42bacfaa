# shellcheck shell=bash
# Builds the program whose main.go comes from standard input with node.go beside it, in a temporary folder, and
# goes there. Sourced by the findings that drive a geth in their own process. The folder goes with the script.
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cp "$(dirname "${BASH_SOURCE[0]}")/node.go" "$folder"
cd "$folder"
cat >main.go
export GOTOOLCHAIN=auto GOFLAGS=-mod=mod
go mod init finding >build.log 2>&1
{ go get github.com/ethereum/go-ethereum@v1.17.8 && go mod tidy && go build -o finding .; } >>build.log 2>&1 || { cat build.log >&2; exit 1; }
