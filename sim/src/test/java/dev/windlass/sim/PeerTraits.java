package dev.windlass.sim;

import java.util.Objects;

/**
 * How a simulated peer behaves.
 *
 * @param latencyNanos from a question to the first byte of its answer
 * @param bytesPerSecond its answers queue behind each other at this rate; 0 is without limit
 */
public record PeerTraits(long latencyNanos, long bytesPerSecond, Fault fault) {
  public PeerTraits {
    Objects.requireNonNull(fault);
    if (latencyNanos < 0 || bytesPerSecond < 0) {
      throw new IllegalArgumentException("latency " + latencyNanos + ", rate " + bytesPerSecond);
    }
  }

  public static PeerTraits honest(long latencyNanos) {
    return new PeerTraits(latencyNanos, 0, Fault.NONE);
  }

  public static PeerTraits faulty(long latencyNanos, Fault fault) {
    return new PeerTraits(latencyNanos, 0, fault);
  }

  /** As a trace tells it. */
  String brief() {
    String rate = bytesPerSecond == 0 ? "" : " " + bytesPerSecond + " bytes/s";
    return fault + " " + latencyNanos / 1_000 + " us" + rate;
  }
}
