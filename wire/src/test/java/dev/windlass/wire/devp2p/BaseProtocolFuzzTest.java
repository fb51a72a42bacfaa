package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.Fuzz;
import dev.windlass.wire.Mutator;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Mutated messages of the base protocol, and mutated packing of any message. */
class BaseProtocolFuzzTest {
  private static final NodeKey KEY = NodeKey.fromHex("44".repeat(32));

  /** A point of the curve, a regular expression and an exception with its trace. */
  private static final long BYTES_FIXED = 64 << 10;

  @SuppressWarnings("ArrayRecordComponent") // One reader.
  private record Input<T>(byte[] bytes, int perByteMax, Function<byte[], T> decoder)
      implements Fuzz.Case<T> {
    @Override
    public T decode() {
      return decoder.apply(bytes);
    }

    @Override
    public long bytesMax() {
      return BYTES_FIXED + (long) perByteMax * bytes.length;
    }
  }

  private static byte[] payload(SplittableRandom random) {
    byte[] payload = new byte[random.nextInt(300)];
    if (random.nextBoolean()) {
      random.nextBytes(payload);
    }
    return payload;
  }

  @Test
  void shouldUnpackOrRefuseWhateverIsInAFrame() {
    Fuzz.Report report =
        Fuzz.run(
            "messages",
            1,
            RlpxException.class,
            random -> {
              boolean isCompressed = random.nextInt(4) > 0;
              byte[] data = BaseProtocol.pack(random.nextInt(64), payload(random), isCompressed);
              return new Input<>(
                  Mutator.mutated(random, data),
                  // Snappy unpacks to at most 22 times as many bytes.
                  24,
                  bytes -> BaseProtocol.unpack(bytes, isCompressed));
            });
    assertTrue(report.accepted() > report.executions() / 20, report::toString);
  }

  @Test
  void shouldTakeNoRoomForWhatSnappyOnlyClaims() {
    Fuzz.run(
        "snappy claims",
        2,
        RlpxException.class,
        random -> {
          byte[] rest = payload(random);
          byte[] data = new byte[6 + rest.length];
          data[0] = 0x10;
          int claimed = random.nextInt() >>> random.nextInt(32);
          int at = 1;
          while ((claimed & ~0x7f) != 0) {
            data[at++] = (byte) (claimed | 0x80);
            claimed >>>= 7;
          }
          data[at++] = (byte) claimed;
          System.arraycopy(rest, 0, data, at, rest.length);
          byte[] whole = Arrays.copyOf(data, at + rest.length);
          return new Input<>(whole, 24, bytes -> BaseProtocol.unpack(bytes, true));
        });
  }

  @Test
  void shouldUnpackWhatCompressesBest() {
    byte[] zeros = new byte[BaseProtocol.PAYLOAD_BYTES_MAX];
    byte[] packed = BaseProtocol.pack(0x14, zeros, true);
    assertArrayEquals(zeros, BaseProtocol.unpack(packed, true).payload());
    byte[] more = BaseProtocol.pack(0x14, new byte[BaseProtocol.PAYLOAD_BYTES_MAX + 1], true);
    RlpxException e = assertThrows(RlpxException.class, () -> BaseProtocol.unpack(more, true));
    assertEquals("a message of 10485761 bytes; at most 10485760 are allowed", e.getMessage());
  }

  @Test
  void shouldMakeSomethingOfAnyReason() {
    Fuzz.Report report =
        Fuzz.run(
            "reasons",
            3,
            RlpxException.class,
            random -> {
              byte[] said = new RlpWriter().integer(random.nextLong() >>> 1).toBytes();
              byte[] listed =
                  new RlpWriter().beginList().integer(random.nextInt(32)).endList().toBytes();
              byte[] bytes = random.nextBoolean() ? said : listed;
              return new Input<>(Mutator.mutated(random, bytes), 1, BaseProtocol::reason);
            });
    assertEquals(report.executions(), report.accepted());
    for (byte[] bytes : new byte[][] {{}, {0}, {(byte) 0xc0}, {(byte) 0x80}, {4}}) {
      assertNotNull(BaseProtocol.reason(bytes));
    }
    assertEquals(DisconnectReason.TOO_MANY_PEERS, BaseProtocol.reason(new byte[] {(byte) 0xc1, 4}));
    assertEquals(DisconnectReason.TOO_MANY_PEERS, BaseProtocol.reason(new byte[] {4}));
  }

  private static Hello hello(SplittableRandom random) {
    List<Capability> capabilities = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      capabilities.add(new Capability(random.nextBoolean() ? "eth" : "snap", random.nextInt(99)));
    }
    String client = "x".repeat(random.nextInt(100));
    return new Hello(random.nextInt(7), client, capabilities, 30303, KEY.publicKey());
  }

  @Test
  void shouldReadOrRefuseEveryHello() {
    Fuzz.Report report =
        Fuzz.run(
            "hello",
            4,
            RlpxException.class,
            random ->
                new Input<>(Mutator.mutated(random, hello(random).encode()), 64, Hello::decode));
    assertTrue(report.accepted() > report.executions() / 20, report::toString);
  }

  @Test
  void shouldReadAHelloOfAsManyCapabilitiesAsFit() {
    RlpWriter rlp = new RlpWriter().beginList().integer(5).string(new byte[0]).beginList();
    for (int i = 0; i < 1_300; i++) {
      rlp.beginList().string(new byte[0]).integer(0).endList();
    }
    rlp.endList().integer(0).string(KEY.publicKey().toBytes()).endList();
    assertEquals(List.of(), Hello.decode(rlp.toBytes()).capabilities());
    byte[] tooLong = Arrays.copyOf(rlp.toBytes(), Hello.BYTES_MAX + 4);
    tooLong[1] = (byte) ((Hello.BYTES_MAX + 1) >> 8);
    tooLong[2] = (byte) (Hello.BYTES_MAX + 1);
    assertThrows(RlpxException.class, () -> Hello.decode(tooLong));
  }

  @Test
  void shouldShowNothingOfAClientsNameThatATerminalObeys() {
    String client = "geth\u001b[2J\r\nWARN all is well\u2028\u202e";
    List<Capability> capabilities = List.of(new Capability("\u001b[2J", 1));
    Hello hello = new Hello(5, client, capabilities, 0, KEY.publicKey());
    Hello read = Hello.decode(hello.encode());
    assertEquals("geth?[2J??WARN all is well??", read.client());
    assertFalse(read.capabilities().toString().contains("\u001b"));
  }
}
