package dev.windlass.server.show;

import dev.windlass.p2p.log.Quantity;
import dev.windlass.wire.network.GenesisProgress;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the progress while a genesis file is read. A small file has no line. The first line comes
 * after a second.
 */
public final class GenesisLines implements GenesisProgress {
  private static final Logger LOG = LoggerFactory.getLogger(GenesisLines.class);
  private static final long FIRST_NANOS = 1_000_000_000L;

  /** The same interval as for the progress of a sync. */
  private static final long LINE_NANOS = 8_000_000_000L;

  private static final long STEPS = 10_000;

  private final Path file;
  private final LongSupplier clock;
  private long nextNanos;

  public GenesisLines(Path file, LongSupplier clock) {
    this.file = file;
    this.clock = clock;
    nextNanos = clock.getAsLong() + FIRST_NANOS;
  }

  @Override
  public void at(String doing, double done) {
    long now = clock.getAsLong();
    if (now - nextNanos < 0) {
      return;
    }
    nextNanos = now + LINE_NANOS;
    LOG.atInfo()
        .setMessage(doing)
        .addKeyValue("file", file)
        .addKeyValue("done", new Quantity.Share(Math.round(done * STEPS), STEPS))
        .log();
  }
}
