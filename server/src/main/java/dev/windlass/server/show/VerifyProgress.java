package dev.windlass.server.show;

import dev.windlass.p2p.log.Quantity.Count;
import dev.windlass.p2p.log.Quantity.Rate;
import dev.windlass.p2p.log.Quantity.Share;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a verification, as a status on a terminal, else as a log line every few
 * seconds.
 *
 * <p>Thread-safe.
 */
public final class VerifyProgress implements LongConsumer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VerifyProgress.class);
  private static final long STATUS_NANOS = 200_000_000L;

  private final long blocks;
  private final Optional<Terminal> terminal;
  private final RateMeter rate = new RateMeter();
  private long shownNanos = System.nanoTime();

  /**
   * Shows nothing yet.
   *
   * @param blocks the number of blocks to verify
   */
  public VerifyProgress(long blocks, Optional<Terminal> terminal) {
    this.blocks = blocks;
    this.terminal = terminal;
  }

  @Override
  public synchronized void accept(long checked) {
    long now = System.nanoTime();
    long every = terminal.isPresent() ? STATUS_NANOS : ProgressLines.LINE_NANOS;
    if (now - shownNanos < every) {
      return;
    }
    shownNanos = now;
    double perSecond = rate.perSecond(checked, now);
    if (terminal.isPresent()) {
      PhaseProgress course = PhaseProgress.of("blocks", checked, blocks, perSecond);
      show(new BarRow(course, List.of()).fitted(terminal.get().width()));
    } else {
      LogLine.of("Verifying")
          .with("blocks", new Count(checked))
          .with("of", new Count(blocks))
          .with("done", new Share(checked, blocks))
          .with("rate", new Rate(perSecond))
          .logTo(LOG.atInfo());
    }
  }

  private void show(String status) {
    try {
      terminal.orElseThrow().line().show(status);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (terminal.isPresent()) {
      show("");
    }
  }
}
