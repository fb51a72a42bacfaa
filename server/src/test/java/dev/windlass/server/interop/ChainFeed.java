package dev.windlass.server.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** chainfeed as the beacon node of a geth: each block of a file becomes its head in turn. */
final class ChainFeed {
  private static final Duration FEED_MAX = Duration.ofMinutes(3);

  private final Geth geth;
  private final Path log;

  ChainFeed(Geth geth, Path log) {
    this.geth = geth;
    this.log = log;
  }

  /** Feeds some blocks of a file, the last one included. */
  void feed(Path file, long from, long to, Duration every) {
    try (NodeProcess process = start(file, from, to, every)) {
      process.awaitExit(0, FEED_MAX);
    }
  }

  /** The same beside what the test does meanwhile. */
  NodeProcess start(Path file, long from, long to, Duration every) {
    return NodeProcess.start(
        "chainfeed",
        log,
        List.of(
            Toolbox.chainfeed().toString(),
            "-engine",
            "http://127.0.0.1:" + geth.enginePort(),
            "-jwt",
            geth.jwtSecret().toString(),
            "-from",
            "" + from,
            "-to",
            "" + to,
            "-every",
            every.toMillis() + "ms",
            file.toString()));
  }
}
