package dev.windlass.wire.devp2p.rlpx;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two messages by which both ends prove their identity and agree on keys.
 *
 * <pre>
 * since EIP-8:  size (2, big-endian) ‖ ECIES(body ‖ 100 to 299 zeros, size)
 *   auth body   rlp [signature (65), static public key (64), nonce (32), version 4, ...]
 *   ack body    rlp [ephemeral public key (64), nonce (32), version 4, ...]
 * until 2016:   auth 307 bytes: ECIES(signature (65) ‖ keccak(ephemeral public key) (32)
 *                                 ‖ static public key (64) ‖ nonce (32) ‖ 0)
 *               ack  210 bytes: ECIES(ephemeral public key (64) ‖ nonce (32) ‖ 0)
 * </pre>
 *
 * <p>Further elements, any padding and any version are accepted, as EIP-8 requires. A recipient
 * answers in the form of the auth message. Source: devp2p's rlpx.md, "Initial Handshake"; EIP-8.
 * Owned by one connection. Any other form is an {@link RlpxException}.
 */
public final class Handshake {
  /** The size of an auth message of the older form. */
  public static final int PRE_EIP8_AUTH_BYTES = 307;

  /** The size of an ack message of the older form. */
  public static final int PRE_EIP8_ACK_BYTES = 210;

  /** Windlass sends at most 800 bytes. geth also accepts 2 KiB. */
  public static final int BYTES_MAX = 2_048;

  private static final int SIZE_BYTES = 2;
  private static final int NONCE_BYTES = 32;
  private static final int VERSION = 4;
  private static final int PADDING_MIN = 100;
  private static final int PADDING_SPAN = 200;
  private static final int HASH_BYTES = 32;
  private static final byte[] NO_DATA = {};

  private final NodeKey key;
  private final SecureRandom random;
  private final NodeKey ephemeral;
  private final byte[] nonce = new byte[NONCE_BYTES];

  private PublicKey remote;
  private byte[] auth;

  public Handshake(NodeKey key, SecureRandom random) {
    this(key, NodeKey.random(random), nonce(random), random);
  }

  /** With the ephemeral key and the nonce of a test vector. */
  Handshake(NodeKey key, NodeKey ephemeral, byte[] nonce, SecureRandom random) {
    this.key = key;
    this.random = random;
    this.ephemeral = ephemeral;
    System.arraycopy(nonce, 0, this.nonce, 0, NONCE_BYTES);
  }

  private static byte[] nonce(SecureRandom random) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * The length of an EIP-8 handshake message, from its first two bytes.
   *
   * @return -1 if they cannot begin one
   */
  public static int sizedLength(byte[] begun) {
    int size = (begun[0] & 0xff) << 8 | (begun[1] & 0xff);
    return size < Ecies.OVERHEAD || size + SIZE_BYTES > BYTES_MAX ? -1 : SIZE_BYTES + size;
  }

  /** Whether a message of the older form was encrypted to this key. */
  public boolean isPreEip8(byte[] message) {
    return plain(message, message.length).isPresent();
  }

  private Optional<byte[]> plain(byte[] message, int length) {
    if (message.length != length) {
      return Optional.empty();
    }
    try {
      return Optional.of(Ecies.decrypt(key, message, NO_DATA));
    } catch (RlpxException e) {
      return Optional.empty();
    }
  }

  /** The initiator's first message. */
  public byte[] auth(PublicKey recipient, boolean isPreEip8) {
    remote = recipient;
    byte[] signature = ephemeral.sign(xor(key.agree(recipient), nonce));
    if (isPreEip8) {
      byte[] body = new byte[PRE_EIP8_AUTH_BYTES - Ecies.OVERHEAD];
      System.arraycopy(signature, 0, body, 0, NodeKey.SIGNATURE_BYTES);
      byte[] ephemeralHash = Keccak.hash(ephemeral.publicKey().toBytes()).toBytes();
      System.arraycopy(ephemeralHash, 0, body, 65, HASH_BYTES);
      System.arraycopy(key.publicKey().toBytes(), 0, body, 97, PublicKey.BYTES);
      System.arraycopy(nonce, 0, body, 161, NONCE_BYTES);
      auth = Ecies.encrypt(recipient, body, NO_DATA, random);
    } else {
      RlpWriter body = new RlpWriter();
      body.beginList().string(signature).string(key.publicKey().toBytes());
      body.string(nonce).integer(VERSION).endList();
      auth = sealed(recipient, body.toBytes());
    }
    return auth.clone();
  }

  private byte[] sealed(PublicKey recipient, byte[] body) {
    int padding = PADDING_MIN + random.nextInt(PADDING_SPAN);
    byte[] padded = Arrays.copyOf(body, body.length + padding);
    int size = padded.length + Ecies.OVERHEAD;
    byte[] prefix = {(byte) (size >> 8), (byte) size};
    byte[] encrypted = Ecies.encrypt(recipient, padded, prefix, random);
    byte[] message = new byte[SIZE_BYTES + size];
    System.arraycopy(prefix, 0, message, 0, SIZE_BYTES);
    System.arraycopy(encrypted, 0, message, SIZE_BYTES, size);
    return message;
  }

  /** The initiator's part, with the auth of a test vector in place of its own. */
  FrameCipher completeAs(byte[] sentAuth, byte[] ack) {
    auth = sentAuth.clone();
    return complete(ack);
  }

  /** The recipient's part, with the ack of a test vector in place of its own. */
  FrameCipher acceptAs(byte[] received, byte[] sentAck) {
    auth = received.clone();
    AuthBody body = authBody(received, plain(received, PRE_EIP8_AUTH_BYTES));
    remote = body.staticKey;
    PublicKey theirs = NodeKey.recover(xor(key.agree(remote), body.nonce), body.signature);
    return session(false, theirs, body.nonce, sentAck);
  }

  private AuthBody authBody(byte[] received, Optional<byte[]> plain) {
    return plain.isPresent() ? AuthBody.ofPreEip8(plain.get()) : AuthBody.of(opened(received));
  }

  /** The recipient's part: reads the auth, and returns the ack to send and the frame cipher. */
  public Accepted accept(byte[] received) {
    auth = received.clone();
    Optional<byte[]> preEip8Auth = plain(received, PRE_EIP8_AUTH_BYTES);
    AuthBody body = authBody(received, preEip8Auth);
    remote = body.staticKey;
    byte[] signed = xor(key.agree(remote), body.nonce);
    PublicKey remoteEphemeral = NodeKey.recover(signed, body.signature);
    byte[] ack;
    if (preEip8Auth.isPresent()) {
      byte[] plain = new byte[PRE_EIP8_ACK_BYTES - Ecies.OVERHEAD];
      System.arraycopy(ephemeral.publicKey().toBytes(), 0, plain, 0, PublicKey.BYTES);
      System.arraycopy(nonce, 0, plain, PublicKey.BYTES, NONCE_BYTES);
      ack = Ecies.encrypt(remote, plain, NO_DATA, random);
    } else {
      RlpWriter writer = new RlpWriter();
      writer.beginList().string(ephemeral.publicKey().toBytes()).string(nonce);
      ack = sealed(remote, writer.integer(VERSION).endList().toBytes());
    }
    FrameCipher session = session(false, remoteEphemeral, body.nonce, ack);
    return new Accepted(ack, session);
  }

  private byte[] opened(byte[] received) {
    if (received.length < SIZE_BYTES) {
      throw new RlpxException("a handshake message of " + received.length + " bytes");
    }
    return Ecies.decrypt(
        key,
        Arrays.copyOfRange(received, SIZE_BYTES, received.length),
        Arrays.copyOf(received, SIZE_BYTES));
  }

  /** The initiator's last part: reads the ack, and returns the frame cipher. */
  public FrameCipher complete(byte[] ack) {
    Optional<byte[]> plain = plain(ack, PRE_EIP8_ACK_BYTES);
    AckBody body = plain.isPresent() ? AckBody.ofPreEip8(plain.get()) : AckBody.of(opened(ack));
    return session(true, body.ephemeralKey, body.nonce, ack);
  }

  private static byte[] nonce(RlpReader fields) {
    byte[] nonce = fields.string(NONCE_BYTES);
    if (nonce.length != NONCE_BYTES) {
      throw new RlpxException("a nonce of " + nonce.length + " bytes");
    }
    return nonce;
  }

  private FrameCipher session(
      boolean isInitiator, PublicKey theirEphemeral, byte[] theirNonce, byte[] ack) {
    byte[] agreed = ephemeral.agree(theirEphemeral);
    byte[] recipientNonce = isInitiator ? theirNonce : nonce;
    byte[] initiatorNonce = isInitiator ? nonce : theirNonce;
    byte[] shared = keccak(agreed, keccak(recipientNonce, initiatorNonce));
    byte[] aes = keccak(agreed, shared);
    byte[] mac = keccak(agreed, aes);
    byte[] sentByInitiator = concat(xor(mac, recipientNonce), auth);
    byte[] sentByRecipient = concat(xor(mac, initiatorNonce), ack);
    return new FrameCipher(
        remote,
        aes,
        mac,
        isInitiator ? sentByInitiator : sentByRecipient,
        isInitiator ? sentByRecipient : sentByInitiator);
  }

  private static byte[] keccak(byte[] a, byte[] b) {
    Hash hash = Keccak.hash(concat(a, b));
    return hash.toBytes();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] xor(byte[] a, byte[] b) {
    byte[] result = a.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= b[i];
    }
    return result;
  }

  /** The recipient's result: the ack to send, and the frame cipher after it. */
  public static final class Accepted {
    private final byte[] ack;
    private final FrameCipher session;

    private Accepted(byte[] ack, FrameCipher session) {
      this.ack = ack;
      this.session = session;
    }

    public byte[] ack() {
      return ack.clone();
    }

    public FrameCipher session() {
      return session;
    }
  }

  /** The fields of an auth message. The signature is not verified yet. */
  static final class AuthBody {
    private final byte[] signature;
    private final PublicKey staticKey;
    private final byte[] nonce;

    private AuthBody(byte[] signature, PublicKey staticKey, byte[] nonce) {
      this.signature = signature;
      this.staticKey = staticKey;
      this.nonce = nonce;
    }

    static AuthBody ofPreEip8(byte[] plain) {
      return new AuthBody(
          Arrays.copyOfRange(plain, 0, NodeKey.SIGNATURE_BYTES),
          PublicKey.of(plain, 97),
          Arrays.copyOfRange(plain, 161, 161 + NONCE_BYTES));
    }

    static AuthBody of(byte[] rlp) {
      try {
        RlpReader fields = new RlpReader(rlp).list();
        byte[] signature = fields.string(NodeKey.SIGNATURE_BYTES);
        PublicKey staticKey = PublicKey.of(fields.string(PublicKey.BYTES));
        return new AuthBody(signature, staticKey, Handshake.nonce(fields));
      } catch (RlpException e) {
        throw new RlpxException("auth: " + e.getMessage(), e);
      }
    }
  }

  /** The fields of an ack message. */
  static final class AckBody {
    private final PublicKey ephemeralKey;
    private final byte[] nonce;

    private AckBody(PublicKey ephemeralKey, byte[] nonce) {
      this.ephemeralKey = ephemeralKey;
      this.nonce = nonce;
    }

    static AckBody ofPreEip8(byte[] plain) {
      return new AckBody(
          PublicKey.of(plain, 0),
          Arrays.copyOfRange(plain, PublicKey.BYTES, PublicKey.BYTES + NONCE_BYTES));
    }

    static AckBody of(byte[] rlp) {
      try {
        RlpReader fields = new RlpReader(rlp).list();
        PublicKey ephemeralKey = PublicKey.of(fields.string(PublicKey.BYTES));
        return new AckBody(ephemeralKey, Handshake.nonce(fields));
      } catch (RlpException e) {
        throw new RlpxException("ack: " + e.getMessage(), e);
      }
    }
  }
}
