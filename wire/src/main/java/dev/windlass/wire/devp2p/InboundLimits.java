package dev.windlass.wire.devp2p;

/**
 * The limits of inbound connections.
 *
 * @param connectionsMax at once, in total
 * @param perAddressMax at once, from one address
 * @param againMillisMin one address may connect again after so long: 30 s, as in geth
 * @param exemptsLocal whether only the total bounds addresses of this machine and of private
 *     networks, since many nodes may share one of them
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

  /** The same with another {@code connectionsMax}. */
  public InboundLimits withConnectionsMax(int max) {
    return new InboundLimits(max, perAddressMax, againMillisMin, exemptsLocal);
  }

  static InboundLimits total(int connectionsMax) {
    return new InboundLimits(connectionsMax, connectionsMax, 0, true);
  }
}
