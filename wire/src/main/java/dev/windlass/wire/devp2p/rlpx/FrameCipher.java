package dev.windlass.wire.devp2p.rlpx;

import dev.windlass.chain.keccak.RunningKeccak;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Seals and opens the frames of a connection with the keys of its handshake. Each direction has its
 * own stream and its own running MAC.
 *
 * <pre>
 * header (16)  size of the data (3, big-endian) ‖ C2 80 80 ‖ zeros, encrypted
 * MAC    (16)  of the header
 * data         zero-padded to a multiple of 16, encrypted
 * MAC    (16)  of the data
 * </pre>
 *
 * <p>Source: devp2p's rlpx.md, "Framing". Owned by one connection. After a frame has failed it is
 * unusable. Not thread-safe: sealing and opening may run on two threads, but each on only one.
 */
public final class FrameCipher {
  public static final int HEADER_BYTES = 32;
  public static final int MAC_BYTES = 16;
  public static final int BLOCK_BYTES = 16;

  /** The largest number of three bytes. */
  public static final int DATA_BYTES_MAX = 0xffffff;

  /** For larger pieces, the JVM does not compile AES to one instruction a round. */
  private static final int PIECE_BYTES = 64 << 10;

  private static final byte[] HEADER_DATA = {(byte) 0xc2, (byte) 0x80, (byte) 0x80};

  private final PublicKey remote;
  private final Direction egress;
  private final Direction ingress;

  FrameCipher(PublicKey remote, byte[] aes, byte[] mac, byte[] egressSeed, byte[] ingressSeed) {
    this.remote = remote;
    this.egress = new Direction(aes, mac, egressSeed);
    this.ingress = new Direction(aes, mac, ingressSeed);
  }

  /** The identity of the other end. */
  public PublicKey remote() {
    return remote;
  }

  /** The size of a frame's data on the wire, with its MAC. */
  public static int bodyBytes(int dataBytes) {
    return padded(dataBytes) + MAC_BYTES;
  }

  private static int padded(int bytes) {
    return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  /** A whole frame with this data. */
  public byte[] seal(byte[] data) {
    if (data.length > DATA_BYTES_MAX) {
      throw new IllegalArgumentException("a frame of " + data.length + " bytes");
    }
    byte[] frame = new byte[HEADER_BYTES + bodyBytes(data.length)];
    sealHeader(frame, data.length);
    System.arraycopy(data, 0, frame, HEADER_BYTES, data.length);
    int padded = padded(data.length);
    egress.crypt(frame, HEADER_BYTES, padded, frame, HEADER_BYTES);
    egress.macData(frame, HEADER_BYTES, padded, frame, HEADER_BYTES + padded);
    return frame;
  }

  void sealHeader(byte[] frame, int dataBytes) {
    frame[0] = (byte) (dataBytes >> 16);
    frame[1] = (byte) (dataBytes >> 8);
    frame[2] = (byte) dataBytes;
    System.arraycopy(HEADER_DATA, 0, frame, 3, HEADER_DATA.length);
    egress.crypt(frame, 0, BLOCK_BYTES, frame, 0);
    egress.macHeader(frame, 0, frame, BLOCK_BYTES);
  }

  /**
   * Opens the 32 bytes of a frame's header, with its MAC.
   *
   * @return the size of the data that follows
   */
  public int openHeader(byte[] header) {
    byte[] mac = new byte[MAC_BYTES];
    ingress.macHeader(header, 0, mac, 0);
    check(header, BLOCK_BYTES, mac, "header");
    byte[] plain = new byte[BLOCK_BYTES];
    ingress.crypt(header, 0, BLOCK_BYTES, plain, 0);
    return (plain[0] & 0xff) << 16 | (plain[1] & 0xff) << 8 | (plain[2] & 0xff);
  }

  /**
   * Opens the body of a frame, after its header.
   *
   * @param body {@link #bodyBytes} bytes
   */
  public byte[] openBody(byte[] body, int dataBytes) {
    openInPlace(body, dataBytes);
    return Arrays.copyOf(body, dataBytes);
  }

  /**
   * Opens the body of a frame in place. The data are then the first bytes of the body.
   *
   * @param body {@link #bodyBytes} bytes
   */
  public void openInPlace(byte[] body, int dataBytes) {
    int padded = padded(dataBytes);
    byte[] mac = new byte[MAC_BYTES];
    ingress.macData(body, 0, padded, mac, 0);
    check(body, padded, mac, "data");
    ingress.crypt(body, 0, padded, body, 0);
  }

  private static void check(byte[] said, int at, byte[] mac, String what) {
    byte[] theirs = Arrays.copyOfRange(said, at, at + MAC_BYTES);
    if (!MessageDigest.isEqual(theirs, mac)) {
      throw new RlpxException("the MAC of a frame's " + what + " is wrong");
    }
  }

  private static final class Direction {
    /** The JDK's cipher, for which the JVM uses the processor's AES. It is thirty times as fast. */
    private final Cipher stream;

    private final AESEngine macCipher;
    private final RunningKeccak digest = new RunningKeccak();
    private final byte[] sum = new byte[32];
    private final byte[] seed = new byte[BLOCK_BYTES];

    Direction(byte[] aes, byte[] mac, byte[] macSeed) {
      stream = stream(aes);
      macCipher = (AESEngine) AESEngine.newInstance();
      macCipher.init(true, new KeyParameter(mac));
      digest.update(macSeed, 0, macSeed.length);
    }

    private static Cipher stream(byte[] aes) {
      try {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        IvParameterSpec zero = new IvParameterSpec(new byte[BLOCK_BYTES]);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"), zero);
        return cipher;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has AES", e);
      }
    }

    /** Encrypts or decrypts. The target may be the source. */
    void crypt(byte[] bytes, int offset, int count, byte[] target, int targetOffset) {
      try {
        for (int done = 0; done < count; done += PIECE_BYTES) {
          int piece = Math.min(PIECE_BYTES, count - done);
          stream.update(bytes, offset + done, piece, target, targetOffset + done);
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the target has room", e);
      }
    }

    void macHeader(byte[] header, int offset, byte[] target, int targetOffset) {
      update(header, offset);
      System.arraycopy(sum(), 0, target, targetOffset, MAC_BYTES);
    }

    void macData(byte[] data, int offset, int count, byte[] target, int targetOffset) {
      digest.update(data, offset, count);
      byte[] before = Arrays.copyOf(sum(), BLOCK_BYTES);
      update(before, 0);
      System.arraycopy(sum(), 0, target, targetOffset, MAC_BYTES);
    }

    /** Feeds the encrypted digest, mixed with 16 bytes, back into the digest. */
    private void update(byte[] mixed, int offset) {
      macCipher.processBlock(sum(), 0, seed, 0);
      for (int i = 0; i < BLOCK_BYTES; i++) {
        seed[i] ^= mixed[offset + i];
      }
      digest.update(seed, 0, BLOCK_BYTES);
    }

    private byte[] sum() {
      digest.peek(sum, 0);
      return sum;
    }
  }
}
