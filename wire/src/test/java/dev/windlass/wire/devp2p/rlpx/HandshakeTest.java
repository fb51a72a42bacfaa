package dev.windlass.wire.devp2p.rlpx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final Map<String, String> VECTORS = vectors();

  private final SecureRandom random = new SecureRandom();
  private final NodeKey staticA = NodeKey.fromHex(VECTORS.get("static-a"));
  private final NodeKey staticB = NodeKey.fromHex(VECTORS.get("static-b"));

  private static Map<String, String> vectors() {
    Map<String, String> vectors = new HashMap<>();
    String name = "";
    try (InputStream stream = HandshakeTest.class.getResourceAsStream("eip8-handshake.txt")) {
      String text = new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.lines().toList()) {
        if (line.matches("[0-9a-f]{4,}")) {
          vectors.merge(name, line, String::concat);
        } else {
          name = line;
        }
      }
      return vectors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] vector(String name) {
    return HexFormat.of().parseHex(VECTORS.get(name));
  }

  private Handshake nodeA() {
    NodeKey ephemeral = NodeKey.fromHex(VECTORS.get("ephemeral-a"));
    return new Handshake(staticA, ephemeral, vector("nonce-a"), random);
  }

  private Handshake nodeB() {
    NodeKey ephemeral = NodeKey.fromHex(VECTORS.get("ephemeral-b"));
    return new Handshake(staticB, ephemeral, vector("nonce-b"), random);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth1", "auth2", "auth3"})
  void shouldAcceptEveryAuthOfTheVectors(String auth) {
    FrameCipher session = nodeB().accept(vector(auth)).session();
    assertEquals(staticA.publicKey(), session.remote());
  }

  @ParameterizedTest
  @CsvSource({"auth1,ack1", "auth2,ack2", "auth3,ack3"})
  void shouldReadFramesOfTheOtherEndAfterTheVectorsHandshake(String auth, String ack) {
    Handshake a = nodeA();
    a.auth(staticB.publicKey(), false);
    FrameCipher initiator = a.completeAs(vector(auth), vector(ack));
    FrameCipher recipient = nodeB().acceptAs(vector(auth), vector(ack));
    assertTalk(initiator, recipient);
    assertTalk(recipient, initiator);
  }

  private static void assertTalk(FrameCipher from, FrameCipher to) {
    for (int size : new int[] {1, 15, 16, 17, 70_000}) {
      byte[] data = new byte[size];
      Arrays.fill(data, (byte) size);
      byte[] frame = from.seal(data);
      assertEquals(size, to.openHeader(Arrays.copyOf(frame, FrameCipher.HEADER_BYTES)));
      byte[] body = Arrays.copyOfRange(frame, FrameCipher.HEADER_BYTES, frame.length);
      assertEquals(FrameCipher.bodyBytes(size), body.length);
      assertArrayEquals(data, to.openBody(body, size));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAgreeInBothForms(boolean isPreEip8) {
    Handshake a = new Handshake(staticA, random);
    Handshake b = new Handshake(staticB, random);
    byte[] auth = a.auth(staticB.publicKey(), isPreEip8);
    assertEquals(isPreEip8, auth.length == Handshake.PRE_EIP8_AUTH_BYTES && b.isPreEip8(auth));
    Handshake.Accepted accepted = b.accept(auth);
    assertEquals(isPreEip8, accepted.ack().length == Handshake.PRE_EIP8_ACK_BYTES);
    FrameCipher initiator = a.complete(accepted.ack());
    assertEquals(staticB.publicKey(), initiator.remote());
    assertTalk(initiator, accepted.session());
    assertTalk(accepted.session(), initiator);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth1", "auth2"})
  void shouldRefuseEveryTruncationAndChange(String name) {
    byte[] auth = vector(name);
    SplittableRandom seeded = new SplittableRandom(8);
    for (int length = 0; length < auth.length; length += 7) {
      byte[] cut = Arrays.copyOf(auth, length);
      assertThrows(RlpxException.class, () -> nodeB().accept(cut));
    }
    for (int i = 0; i < 60; i++) {
      byte[] changed = auth.clone();
      changed[seeded.nextInt(changed.length)] ^= (byte) (1 << seeded.nextInt(8));
      assertThrows(RlpxException.class, () -> nodeB().accept(changed));
    }
  }

  @Test
  void shouldTellTheFormsApart() {
    assertTrue(nodeB().isPreEip8(vector("auth1")));
    assertFalse(nodeB().isPreEip8(Arrays.copyOf(vector("auth2"), Handshake.PRE_EIP8_AUTH_BYTES)));
    assertEquals(vector("auth2").length, Handshake.sizedLength(vector("auth2")));
    assertEquals(-1, Handshake.sizedLength(new byte[] {0, 5}));
    assertEquals(-1, Handshake.sizedLength(new byte[] {(byte) 0xff, 0}));
  }

  @Test
  void shouldRefuseAChangedFrame() {
    Handshake a = new Handshake(staticA, random);
    Handshake b = new Handshake(staticB, random);
    Handshake.Accepted accepted = b.accept(a.auth(staticB.publicKey(), false));
    FrameCipher initiator = a.complete(accepted.ack());
    byte[] frame = initiator.seal(new byte[40]);
    byte[] header = Arrays.copyOf(frame, FrameCipher.HEADER_BYTES);
    header[2] ^= 1;
    assertThrows(RlpxException.class, () -> accepted.session().openHeader(header));
  }
}
