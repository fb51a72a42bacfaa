package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.function.LongSupplier;

/**
 * A bound of the bytes that all connections of a Vert.x read, and of those that they write, in a
 * second.
 *
 * <p>No byte is held back when it comes: those who ask for much look whether the line is free
 * before they do. Bytes occupy the line for as long as the rate says. The line counts as free a
 * moment before it is, so that it does not idle. Any thread may call it.
 */
public final class Bandwidth implements Shareable {
  /** How far ahead of its rate a direction may be. */
  public static final long AHEAD_NANOS = 200_000_000L;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String NAME = "windlass.bandwidth";

  private final LongSupplier clock;
  private volatile LongSupplier limit = () -> 0;
  private final Direction reading;
  private final Direction writing;

  Bandwidth(LongSupplier clock) {
    this.clock = clock;
    reading = new Direction();
    writing = new Direction();
  }

  /** That of a Vert.x, whose event loops several nodes may share. */
  public static Bandwidth of(Vertx vertx) {
    LocalMap<String, Bandwidth> all = vertx.sharedData().getLocalMap(NAME);
    return all.computeIfAbsent(NAME, name -> new Bandwidth(System::nanoTime));
  }

  /**
   * Sets the bound.
   *
   * @param bytesPerSecond is asked again and again, since it may change. 0 if there is no bound
   */
  public void limit(LongSupplier bytesPerSecond) {
    limit = bytesPerSecond;
  }

  /** The bound of each direction at this moment. 0 if there is none. */
  public long bytesPerSecond() {
    return limit.getAsLong();
  }

  /** So many bytes have come. */
  public void read(long bytes) {
    reading.add(bytes);
  }

  /** So many bytes are being sent. */
  public void wrote(long bytes) {
    writing.add(bytes);
  }

  /** From when on more may be asked for, by the clock of {@link System#nanoTime}. */
  public long readableAtNanos() {
    return reading.freeAtNanos();
  }

  /** Nanoseconds until more may be asked for, 0 if it may now. */
  public long nanosUntilReadable() {
    return reading.nanosUntilFree();
  }

  /** Done once more may be sent. */
  public Future<Void> writable(Vertx vertx) {
    long nanos = writing.nanosUntilFree();
    if (nanos == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> free = Promise.promise();
    vertx.setTimer(
        millis(nanos), ignored -> writable(vertx).onComplete(free::tryComplete, free::tryFail));
    return free.future();
  }

  /** At least one, and no less than the time. */
  public static long millis(long nanos) {
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }

  /** What one direction owes. */
  private final class Direction {
    private long paidAtNanos = clock.getAsLong();

    synchronized void add(long bytes) {
      long rate = bytesPerSecond();
      long now = clock.getAsLong();
      long from = Math.max(paidAtNanos, now);
      paidAtNanos = rate <= 0 ? now : from + Math.round((double) bytes * SECOND_NANOS / rate);
    }

    synchronized long freeAtNanos() {
      return bytesPerSecond() <= 0 ? clock.getAsLong() : paidAtNanos - AHEAD_NANOS;
    }

    long nanosUntilFree() {
      return Math.max(0, freeAtNanos() - clock.getAsLong());
    }
  }
}
