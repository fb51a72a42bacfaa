package dev.windlass.wire.devp2p;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.devp2p.rlpx.PublicKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first message of each end.
 *
 * <pre>
 * code 0x00, never compressed
 * rlp [version, client name, [[capability name, version], ...], listening port, node id (64), ...]
 * </pre>
 *
 * <p>Further elements are ignored, as EIP-8 requires. So are capabilities that this node does not
 * support. Source: devp2p's rlpx.md, "Hello".
 *
 * @param version 5 and later compress every other message; 4 does not
 * @param client its first 256 bytes at most
 * @param port 0 if the node does not listen
 */
public record Hello(
    int version, String client, List<Capability> capabilities, int port, PublicKey id) {
  public static final int VERSION = 5;
  static final int VERSION_OF_SNAPPY = 5;

  /** The nodes of 2015 disconnect from any other. */
  static final int VERSION_OF_2015 = 4;

  /** geth accepts 16 MiB at this stage, but no Hello needs more than this. */
  static final int BYTES_MAX = 4_096;

  private static final int CLIENT_BYTES_MAX = 256;
  private static final int CAPABILITIES_MAX = 64;

  public Hello {
    capabilities = List.copyOf(capabilities);
  }

  byte[] encode() {
    RlpWriter rlp = new RlpWriter();
    rlp.beginList().integer(version).string(client.getBytes(StandardCharsets.UTF_8)).beginList();
    for (Capability capability : capabilities) {
      byte[] name = capability.name().getBytes(StandardCharsets.US_ASCII);
      rlp.beginList().string(name).integer(capability.version()).endList();
    }
    return rlp.endList().integer(port).string(id.toBytes()).endList().toBytes();
  }

  /** Reads a Hello. Throws {@link RlpxException} if the payload is not one. */
  static Hello decode(byte[] payload) {
    try {
      RlpReader fields = new RlpReader(payload).list(BYTES_MAX);
      int version = small(fields.unsignedLong());
      byte[] client = fields.string(CLIENT_BYTES_MAX);
      List<Capability> capabilities = capabilities(fields.list());
      int port = small(fields.unsignedLong());
      PublicKey id = PublicKey.of(fields.string(PublicKey.BYTES));
      String name = RemoteText.shown(new String(client, StandardCharsets.UTF_8));
      return new Hello(version, name, capabilities, port, id);
    } catch (RlpException e) {
      throw new RlpxException("hello: " + e.getMessage(), e);
    }
  }

  private static int small(long value) {
    return (int) Math.min(Integer.MAX_VALUE, value < 0 ? Integer.MAX_VALUE : value);
  }

  private static List<Capability> capabilities(RlpReader list) {
    List<Capability> capabilities = new ArrayList<>();
    while (list.hasNext() && capabilities.size() < CAPABILITIES_MAX) {
      RlpReader fields = list.list();
      String name =
          RemoteText.shown(new String(fields.string(CLIENT_BYTES_MAX), StandardCharsets.US_ASCII));
      int version = small(fields.unsignedLong());
      if (!name.isEmpty() && name.length() <= Capability.NAME_MAX) {
        capabilities.add(new Capability(name, version));
      }
    }
    return capabilities;
  }

  /** The Hello for a node that does not know a later version of the base protocol. */
  Hello of2015() {
    return new Hello(VERSION_OF_2015, client, capabilities, port, id);
  }

  boolean compresses() {
    return version >= VERSION_OF_SNAPPY;
  }

  /** The highest version of eth that both support. */
  static Optional<Capability> inCommon(Hello ours, Hello theirs) {
    return ours.capabilities.stream()
        .filter(theirs.capabilities::contains)
        .filter(capability -> capability.name().equals("eth"))
        .max(Capability::compareTo);
  }
}
