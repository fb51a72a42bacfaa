package dev.windlass.downloader.verticle;

import java.time.Clock;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The two clocks of a node.
 *
 * @param nanos monotonic nanoseconds, for everything that ends with the process
 * @param wall the time of day, for what outlives the process
 */
public record Clocks(LongSupplier nanos, InstantSource wall) {
  public static final Clocks SYSTEM = new Clocks(System::nanoTime, Clock.systemUTC());

  public Clocks {
    Objects.requireNonNull(nanos);
    Objects.requireNonNull(wall);
  }
}
