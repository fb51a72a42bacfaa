package dev.windlass.wire.devp2p.rlpx;

import java.util.SplittableRandom;

/**
 * Both ends of a connection without its handshake, and headers whose claimed data does not follow.
 */
public final class TestSessions {
  private static final NodeKey NODE = NodeKey.fromHex("11".repeat(32));

  private TestSessions() {}

  /** The frame ciphers of both ends. */
  public static FrameCipher[] pair(SplittableRandom random) {
    byte[] aes = bytes(random, 32);
    byte[] mac = bytes(random, 32);
    byte[] there = bytes(random, 64);
    byte[] back = bytes(random, 64);
    return new FrameCipher[] {
      new FrameCipher(NODE.publicKey(), aes, mac, there, back),
      new FrameCipher(NODE.publicKey(), aes, mac, back, there)
    };
  }

  private static byte[] bytes(SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A valid frame header of this size. The frame itself need not follow. */
  public static byte[] header(FrameCipher session, int dataBytes) {
    byte[] header = new byte[FrameCipher.HEADER_BYTES];
    session.sealHeader(header, dataBytes);
    return header;
  }
}
