package dev.windlass.sim;

import java.util.Objects;

/**
 * The behaviour of a simulated peer.
 *
 * @param latencyNanos from a question to the first byte of its answer
 * @param bytesPerSecond the rate at which its answers queue behind each other. 0 is unlimited
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

  /** Its form in a trace. */
  String brief() {
    String rate = bytesPerSecond == 0 ? "" : " " + bytesPerSecond + " bytes/s";
    return fault + " " + latencyNanos / 1_000 + " us" + rate;
  }
}
