#!/usr/bin/env bash
# A database that leveldbjni 1.8 wrote does not open in leveldbjni 1.8 any more once a newer LevelDB
# has opened it, even if that only read.
#
# Versions   org.fusesource.leveldbjni:leveldbjni-all 1.8, with LevelDB 1.8 (Java, Maven Central);
#            plyvel 1.5.1, with LevelDB 1.22 (Python, PyPI); Linux on x86-64.
# What is    Every opening turns the write-ahead log into a table. Since 1.14, LevelDB names a table
# seen       NNNNNN.ldb and still reads NNNNNN.sst; before, it wrote and read NNNNNN.sst only. The
#            bytes in the file are the same. So leveldbjni misses the tables that plyvel made:
#              1000                              plyvel counts the keys
#              Corruption: 1 missing files; e.g.: .../db/000005.sst
#              1000                              leveldbjni, once 000005.ldb is named 000005.sst
#            Nothing was lost, though the message reads like damage. After the renaming both open
#            the database, and a second opening by plyvel adds no table while the log is empty.
# What to    Look into a copy. To mend: rename each .ldb file to .sst while nothing has it open.
# do
#
# Installs both in a temporary folder, and removes it. Exits with 1 if any of this has changed.
# Needs python3 with venv, a JDK from 17 on, and what ./mvnw needs. About half a minute.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install plyvel==1.5.1
(cd "$root" && ./mvnw -q -B -ntp -N org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
  -Dartifact=org.fusesource.leveldbjni:leveldbjni-all:1.8 -DoutputDirectory="$folder")

cat >Database.java <<'JAVA'
import java.io.File;
import java.nio.charset.StandardCharsets;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;

/** Makes a database of 1,000 keys, or counts the keys of one. */
public class Database {
  public static void main(String[] arguments) throws Exception {
    boolean isToMake = arguments[0].equals("make");
    Options options = new Options().createIfMissing(isToMake).errorIfExists(isToMake);
    try (DB database = JniDBFactory.factory.open(new File("db"), options)) {
      for (int i = 0; isToMake && i < 1000; i++) {
        database.put(bytes("key " + i), bytes("value " + i));
      }
      int keys = 0;
      try (DBIterator all = database.iterator()) {
        for (all.seekToFirst(); all.hasNext(); all.next()) {
          keys++;
        }
      }
      System.out.println(keys);
    } catch (Exception e) {
      System.out.println(e.getMessage());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
JAVA
cat >count.py <<'PYTHON'
import plyvel
print(sum(1 for _ in plyvel.DB('db')))
PYTHON

with_leveldbjni() {
  java -Djava.io.tmpdir="$folder" -cp leveldbjni-all-1.8.jar Database.java "$1"
}

expect() {
  printf '%-45s %s\n' "$1" "$3"
  case $3 in
    $2) ;;
    *)
      echo "changed: expected $2" >&2
      exit 1
      ;;
  esac
}

tables() {
  (cd db && find . -name "*.$1" | wc -l | tr -d ' ')
}

expect 'leveldbjni writes' 1000 "$(with_leveldbjni make)"
expect 'its tables are in the log' 0 "$(tables sst)"
expect 'plyvel counts' 1000 "$(venv/bin/python count.py)"
expect 'tables named .ldb afterwards' 1 "$(tables ldb)"
expect 'leveldbjni counts' 'Corruption: 1 missing files; e.g.: *.sst' "$(with_leveldbjni count)"
for table in db/*.ldb; do
  mv "$table" "${table%.ldb}.sst"
done
expect 'leveldbjni counts after the renaming' 1000 "$(with_leveldbjni count)"
expect 'plyvel counts then' 1000 "$(venv/bin/python count.py)"
expect 'leveldbjni counts then' 1000 "$(with_leveldbjni count)"
echo 'as described'
