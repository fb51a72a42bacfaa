package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;

/** Who we are to the nodes that we connect to. */
public record LocalNode(NodeKey key, Hello hello, ConnectionLimits limits, SecureRandom random) {
  public LocalNode {
    Objects.requireNonNull(key);
    Objects.requireNonNull(hello);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(random);
  }

  /**
   * A node with this name that speaks these protocols.
   *
   * @param port 0 where it does not listen
   */
  public static LocalNode of(NodeKey key, String client, List<Capability> capabilities, int port) {
    Hello hello = new Hello(Hello.VERSION, client, capabilities, port, key.publicKey());
    return new LocalNode(key, hello, ConnectionLimits.DEFAULT, new SecureRandom());
  }

  public LocalNode with(ConnectionLimits newLimits) {
    return new LocalNode(key, hello, newLimits, random);
  }
}
