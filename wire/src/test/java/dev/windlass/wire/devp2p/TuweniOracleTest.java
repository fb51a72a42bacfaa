package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.Handshake;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.devp2p.rlpx.PublicKey;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.concurrent.AsyncResult;
import org.apache.tuweni.crypto.SECP256K1;
import org.apache.tuweni.rlpx.RLPxConnection;
import org.apache.tuweni.rlpx.RLPxConnectionFactory;
import org.apache.tuweni.rlpx.RLPxMessage;
import org.apache.tuweni.rlpx.wire.HelloMessage;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/** Compares handshake, frames and Hello with those of Apache Tuweni, in both roles. */
class TuweniOracleTest {
  private static final int HANDSHAKES = 20;
  private static final int MESSAGES = 200;

  static {
    // Last in the list, so that other code does not get a different cipher.
    Security.addProvider(new BouncyCastleProvider());
  }

  private final SecureRandom random = new SecureRandom();
  private final NodeKey ours = NodeKey.random(random);
  private final SECP256K1.KeyPair theirs = theirs(NodeKey.random(random));

  private static SECP256K1.KeyPair theirs(NodeKey key) {
    Bytes32 secret = Bytes32.fromHexString(key.toSecretHex());
    return SECP256K1.KeyPair.fromSecretKey(SECP256K1.SecretKey.fromBytes(secret));
  }

  private PublicKey theirPublicKey() {
    return PublicKey.of(theirs.publicKey().bytesArray());
  }

  private SECP256K1.PublicKey ourPublicKey() {
    return SECP256K1.PublicKey.fromBytes(Bytes.wrap(ours.publicKey().toBytes()));
  }

  /** Both ends of one connection. */
  private record Talk(FrameCipher ours, RLPxConnection theirs) {}

  private Talk dial() {
    Handshake handshake = new Handshake(ours, random);
    byte[] auth = handshake.auth(theirPublicKey(), false);
    AtomicReference<Bytes> ack = new AtomicReference<>();
    RLPxConnection connection =
        RLPxConnectionFactory.respondToHandshake(Bytes.wrap(auth), theirs, ack::set);
    assertEquals(ourPublicKey(), connection.peerPublicKey());
    return new Talk(handshake.complete(ack.get().toArray()), connection);
  }

  private Talk accept() throws Exception {
    Handshake handshake = new Handshake(ours, random);
    AtomicReference<FrameCipher> session = new AtomicReference<>();
    RLPxConnection connection =
        RLPxConnectionFactory.createHandshake(
                theirs,
                ourPublicKey(),
                auth -> {
                  Handshake.Accepted accepted = handshake.accept(auth.toArray());
                  session.set(accepted.session());
                  return AsyncResult.completed(Bytes.wrap(accepted.ack()));
                })
            .get();
    assertEquals(theirPublicKey(), session.get().remote());
    return new Talk(session.get(), connection);
  }

  private static void assertUnderstood(Talk talk, boolean isCompressed, SplittableRandom seeded) {
    FrameReader reader = new FrameReader(talk.ours);
    for (int i = 0; i < MESSAGES; i++) {
      int code = seeded.nextInt(0x40);
      byte[] payload = new byte[1 + seeded.nextInt(1 << seeded.nextInt(17))];
      seeded.nextBytes(payload);
      if (seeded.nextBoolean()) {
        byte[] frame = talk.ours.seal(BaseProtocol.pack(code, payload, isCompressed));
        RLPxMessage read = talk.theirs.readFrame(Bytes.wrap(frame));
        assertEquals(code, read.messageId());
        assertArrayEquals(payload, read.content().toArray());
      } else {
        byte[] frame = talk.theirs.write(new RLPxMessage(code, Bytes.wrap(payload))).toArray();
        FrameReader.Bytes bytes = new FrameReader.Bytes(frame);
        byte[] data = reader.read(bytes, BaseProtocol.FRAME_BYTES_MAX).orElseThrow();
        Message read = BaseProtocol.unpack(data, isCompressed);
        assertEquals(code, read.code());
        assertArrayEquals(payload, read.payload());
      }
    }
  }

  @Test
  void shouldBeUnderstoodWhereWeDial() throws Exception {
    SplittableRandom seeded = new SplittableRandom(1);
    for (int i = 0; i < HANDSHAKES; i++) {
      Talk talk = dial();
      assertUnderstood(talk, false, seeded);
      talk.theirs.configureAfterHandshake(read(hello()));
      assertUnderstood(talk, true, seeded);
    }
  }

  @Test
  void shouldBeUnderstoodWhereWeAreDialled() throws Exception {
    SplittableRandom seeded = new SplittableRandom(2);
    for (int i = 0; i < HANDSHAKES; i++) {
      Talk talk = accept();
      assertUnderstood(talk, false, seeded);
      talk.theirs.configureAfterHandshake(read(hello()));
      assertUnderstood(talk, true, seeded);
    }
  }

  private Hello hello() {
    List<Capability> capabilities = List.of(Capability.eth(68), Capability.eth(69));
    return new Hello(Hello.VERSION, "windlass/test", capabilities, 30313, ours.publicKey());
  }

  /** Their reader is not public. */
  private static HelloMessage read(Hello hello) throws ReflectiveOperationException {
    Method read = HelloMessage.class.getDeclaredMethod("read", Bytes.class);
    read.setAccessible(true);
    return (HelloMessage) read.invoke(null, Bytes.wrap(hello.encode()));
  }

  @Test
  void shouldReadAndWriteTheSameHello() throws Exception {
    HelloMessage read = read(hello());
    assertEquals(Hello.VERSION, read.p2pVersion());
    assertEquals("windlass/test", read.clientId());
    assertArrayEquals(ours.publicKey().toBytes(), read.nodeId().toArray());
    assertEquals("eth", read.capabilities().get(1).name());
    assertEquals(69, read.capabilities().get(1).version());
    assertEquals(hello(), Hello.decode(read.toBytes().toArray()));
  }
}
