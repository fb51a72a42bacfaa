package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;

/**
 * This node, as it presents itself to the nodes that it connects to.
 *
 * @param messages the budget of all connections together
 */
public record LocalNode(
    NodeKey key,
    Hello hello,
    ConnectionLimits limits,
    MessageBudget messages,
    SecureRandom random) {
  /** The default budget of a process's messages. */
  private static final long MESSAGE_BYTES_MAX = 160L << 20;

  public LocalNode {
    Objects.requireNonNull(key);
    Objects.requireNonNull(hello);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(messages);
    Objects.requireNonNull(random);
  }

  /**
   * A node with this client name and these protocols.
   *
   * @param port 0 if it does not listen
   */
  public static LocalNode of(NodeKey key, String client, List<Capability> capabilities, int port) {
    Hello hello = new Hello(Hello.VERSION, client, capabilities, port, key.publicKey());
    MessageBudget messages = new MessageBudget(MESSAGE_BYTES_MAX);
    return new LocalNode(key, hello, ConnectionLimits.DEFAULT, messages, new SecureRandom());
  }

  public LocalNode with(ConnectionLimits newLimits) {
    return new LocalNode(key, hello, newLimits, messages, random);
  }

  public LocalNode with(MessageBudget newMessages) {
    return new LocalNode(key, hello, limits, newMessages, random);
  }
}
