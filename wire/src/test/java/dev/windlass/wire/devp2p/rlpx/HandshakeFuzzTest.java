package dev.windlass.wire.devp2p.rlpx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.Fuzz;
import dev.windlass.wire.Mutator;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handshake messages with changed bytes. They are changed outside, where the MAC detects it, and
 * inside, as a peer that knows the public key can send them.
 */
class HandshakeFuzzTest {
  /** Five point multiplications of 120 KB each. A message has 2 KiB at most. */
  private static final long BYTES_MAX = 1 << 20;

  /** Curve operations take some tenths of a millisecond each. */
  private static final int SLOW_EXECUTIONS = 5_000;

  private static final int BODIES = 100_000;

  /** Sealing and reading take as long as reading so many bodies. */
  private static final int SEALING = 100;

  private final SecureRandom random = new SecureRandom();
  private final NodeKey ours = NodeKey.fromHex("22".repeat(32));
  private final NodeKey theirs = NodeKey.fromHex("33".repeat(32));

  @SuppressWarnings("ArrayRecordComponent") // One reader.
  private record Input<T>(byte[] bytes, Function<byte[], T> decoder) implements Fuzz.Case<T> {
    @Override
    public T decode() {
      return decoder.apply(bytes);
    }

    @Override
    public long bytesMax() {
      return BYTES_MAX;
    }
  }

  private static <T> Fuzz.Report run(
      String name, int executions, byte[] whole, Function<byte[], T> decoder) {
    return Fuzz.run(
        name,
        1,
        executions,
        RlpxException.class,
        seeded -> new Input<>(Mutator.mutated(seeded, whole.clone()), decoder));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseEveryChangedAuth(boolean isPreEip8) {
    byte[] auth = new Handshake(theirs, random).auth(ours.publicKey(), isPreEip8);
    Handshake recipient = new Handshake(ours, random);
    Fuzz.Report report =
        run(
            "auth, plain " + isPreEip8,
            Fuzz.executionsOr(SLOW_EXECUTIONS),
            auth,
            recipient::accept);
    // Accepted ones are those that were changed back.
    assertTrue(report.accepted() < report.executions() / 50, report::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseEveryChangedAck(boolean isPreEip8) {
    Handshake initiator = new Handshake(ours, random);
    byte[] auth = initiator.auth(theirs.publicKey(), isPreEip8);
    byte[] ack = new Handshake(theirs, random).accept(auth).ack();
    Fuzz.Report report =
        run(
            "ack, plain " + isPreEip8,
            Fuzz.executionsOr(SLOW_EXECUTIONS),
            ack,
            initiator::complete);
    assertTrue(report.accepted() < report.executions() / 50, report::toString);
  }

  private byte[] authBody() {
    RlpWriter body = new RlpWriter().beginList().string(new byte[NodeKey.SIGNATURE_BYTES]);
    body.string(theirs.publicKey().toBytes()).string(new byte[32]).integer(4);
    return body.endList().toBytes();
  }

  @Test
  void shouldReadOrRefuseEveryAuthBody() {
    byte[] body = authBody();
    run("auth body", Fuzz.executionsOr(BODIES), body, Handshake.AuthBody::of);
  }

  @Test
  void shouldReadOrRefuseEveryAckBody() {
    RlpWriter body = new RlpWriter().beginList().string(theirs.publicKey().toBytes());
    byte[] bytes = body.string(new byte[32]).integer(4).endList().toBytes();
    run("ack body", Fuzz.executionsOr(BODIES), bytes, Handshake.AckBody::of);
  }

  /** Invalid signatures and keys in a correctly sealed message. */
  @Test
  void shouldAcceptOrRefuseWhateverIsSealedForUs() {
    byte[] body = authBody();
    Handshake recipient = new Handshake(ours, random);
    Function<byte[], Handshake.Accepted> accept = recipient::accept;
    Fuzz.run(
        "sealed auth",
        2,
        Fuzz.executionsOr(BODIES) / SEALING,
        RlpxException.class,
        seeded -> new Input<>(sealed(seeded, body), accept));
  }

  private byte[] sealed(SplittableRandom seeded, byte[] body) {
    byte[] filled = body.clone();
    byte[] signature = new byte[NodeKey.SIGNATURE_BYTES];
    seeded.nextBytes(signature);
    signature[64] = (byte) seeded.nextInt(5);
    System.arraycopy(signature, 0, filled, 4, signature.length);
    byte[] inside = seeded.nextBoolean() ? filled : Mutator.mutated(seeded, filled);
    int size = inside.length + Ecies.OVERHEAD;
    byte[] prefix = {(byte) (size >> 8), (byte) size};
    byte[] encrypted = Ecies.encrypt(ours.publicKey(), inside, prefix, random);
    byte[] message = new byte[2 + size];
    System.arraycopy(prefix, 0, message, 0, 2);
    System.arraycopy(encrypted, 0, message, 2, size);
    return message;
  }

  @Test
  void shouldSayHowLongAMessageIsOrThatItIsNone() {
    Fuzz.run(
        "handshake size",
        3,
        RlpxException.class,
        seeded -> {
          byte[] begun = {(byte) seeded.nextInt(256), (byte) seeded.nextInt(256)};
          return new Input<>(
              begun,
              bytes -> {
                int length = Handshake.sizedLength(bytes);
                assertTrue(length == -1 || length > Ecies.OVERHEAD, () -> "length " + length);
                assertTrue(length <= Handshake.BYTES_MAX, () -> "length " + length);
                return length;
              });
        });
    assertEquals(-1, Handshake.sizedLength(new byte[] {0x7f, (byte) 0xff}));
  }
}
