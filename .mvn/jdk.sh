# shellcheck shell=sh
# Finds a JDK of version 17 or later and exports it as JAVA_HOME. Sourced by ../mvnw and ../windlass,
# which set `program` for the message.

jdk_version_min=17

# Prints the feature version (17, 21, ...) of the JDK in $1, or fails where there is none.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 1
  version=
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release")
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
  fi
  version=${version#1.}
  version=${version%%[!0-9]*}
  [ -n "$version" ] && printf '%s\n' "$version"
}

jdk_is_good() {
  jdk_found=$(jdk_version "$1") && [ "$jdk_found" -ge "$jdk_version_min" ]
}

# The directory of the JDK whose javac is on the PATH, links followed.
jdk_on_path() {
  javac=$(command -v javac) || return 1
  while [ -h "$javac" ]; do
    link=$(readlink "$javac")
    case $link in
      /*) javac=$link ;;
      *) javac=$(dirname "$javac")/$link ;;
    esac
  done
  CDPATH='' cd -- "$(dirname "$javac")/.." && pwd -P
}

find_jdk() {
  jdk_seen=
  if [ -n "${JAVA_HOME:-}" ]; then
    jdk_is_good "$JAVA_HOME" && export JAVA_HOME && return
    jdk_seen="JAVA_HOME, $JAVA_HOME, is ${jdk_found:-no JDK}"
  fi
  if jdk_home=$(jdk_on_path); then
    jdk_is_good "$jdk_home" && JAVA_HOME=$jdk_home && export JAVA_HOME && return
    jdk_seen="${jdk_seen:-the one on the PATH, $jdk_home, is ${jdk_found:-no JDK}}"
  fi
  # macOS's java and javac on the PATH are stubs; this is how it names the real ones.
  if [ -x /usr/libexec/java_home ]; then
    jdk_home=$(/usr/libexec/java_home -v "$jdk_version_min+" 2>/dev/null) &&
      jdk_is_good "$jdk_home" && JAVA_HOME=$jdk_home && export JAVA_HOME && return
  fi
  printf '%s: needs a JDK, version %s or later (%s): install one (Debian, Ubuntu: apt-get install openjdk-%s-jdk-headless; macOS: brew install openjdk) or set JAVA_HOME\n' \
    "${program:?}" "$jdk_version_min" "${jdk_seen:-none is on the PATH}" "$jdk_version_min" >&2
  exit 1
}
