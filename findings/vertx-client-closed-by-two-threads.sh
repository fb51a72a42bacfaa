#!/usr/bin/env bash
# If two threads close an HTTP client of Vert.x at the same moment, close() returns null to some of them.
#
# Version    io.vertx:vertx-core 5.0.12 (Maven Central), on OpenJDK 17.
# Seen       3,000 clients, each closed by two threads that wait for each other: close() returns null, and not a Future,
#            372 times of 6,000. Both threads may get null. If one thread closes a client twice, each call returns a
#            Future, also while the first close has not ended:
#              one thread, twice: 0 of 6000 null
#              two threads at once: 372 of 6000 null
#            A method that passes the result on to compose() ends with a NullPointerException inside Vert.x ("future" is
#            null), in a thread of Vert.x that only logs it. So what waits for the close waits for ever.
# What to    Close it once, under a lock, and keep the Future for whatever closes it again.
# do
#
# Installs it in a temporary folder, and removes it. Exits with 1 if this has changed. A machine needs two processors.
# Needs a JDK from 17 on, and what ./mvnw needs. Under a minute.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-core</artifactId>
      <version>5.0.12</version>
    </dependency>
  </dependencies>
</project>
XML
"$root/mvnw" -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DoutputDirectory="$folder/lib"

cat >Closer.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often the close of a client returns null. */
public class Closer {
  private static final int CLIENTS = 3_000;

  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    int byOne = 0;
    AtomicInteger byTwo = new AtomicInteger();
    for (int i = 0; i < CLIENTS; i++) {
      HttpClientAgent twice = vertx.createHttpClient();
      byOne += twice.close() == null ? 1 : 0;
      byOne += twice.close() == null ? 1 : 0;
      HttpClientAgent client = vertx.createHttpClient();
      CyclicBarrier together = new CyclicBarrier(2);
      Callable<Integer> close =
          () -> {
            together.await();
            return client.close() == null ? byTwo.incrementAndGet() : 0;
          };
      Future<Integer> first = threads.submit(close);
      Future<Integer> second = threads.submit(close);
      first.get(10, TimeUnit.SECONDS);
      second.get(10, TimeUnit.SECONDS);
    }
    threads.shutdown();
    vertx.close();
    System.out.println("one thread, twice: " + byOne + " of " + 2 * CLIENTS + " null");
    System.out.println("two threads at once: " + byTwo + " of " + 2 * CLIENTS + " null");
    if (byOne > 0 || byTwo.get() == 0) {
      System.out.println("this has changed");
      System.exit(1);
    }
  }
}
JAVA
java -cp "lib/*" Closer.java
