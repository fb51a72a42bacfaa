package dev.windlass.wire.devp2p;

/**
 * How many connections are taken from nodes that come by themselves.
 *
 * @param connectionsMax at once, from everybody
 * @param perAddressMax at once, from one address
 * @param againMillisMin one address is taken again after so long: 30 s, as geth has it
 * @param exemptsLocal whether addresses of this machine and of private networks are bound only by
 *     the total, since many nodes may be behind one of them
 */
public record InboundLimits(
    int connectionsMax, int perAddressMax, long againMillisMin, boolean exemptsLocal) {
  /** 2015's total was 25. */
  public static final InboundLimits DEFAULT = new InboundLimits(25, 3, 30_000, true);

  public InboundLimits {
    if (connectionsMax < 1 || perAddressMax < 1 || againMillisMin < 0) {
      throw new IllegalArgumentException("inbound limits out of order");
    }
  }

  static InboundLimits total(int connectionsMax) {
    return new InboundLimits(connectionsMax, connectionsMax, 0, true);
  }
}
