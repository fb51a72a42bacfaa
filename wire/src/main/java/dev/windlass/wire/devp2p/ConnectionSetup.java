package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.Handshake;
import dev.windlass.wire.devp2p.rlpx.PublicKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.Optional;

/**
 * The set-up of a connection: the handshake, then both Hellos, within one deadline.
 *
 * <p>Owned by the context of its socket. It lasts until the connection is open or has failed. It
 * holds at most one handshake message or one Hello.
 */
final class ConnectionSetup {
  private final Vertx vertx;
  private final NetSocket socket;
  private final LocalNode local;
  private final Handshake handshake;
  private final Optional<PublicKey> expected;
  private final boolean isPreEip8;
  private final Promise<RlpxConnection> opened = Promise.promise();
  private final long timer;

  private byte[] begun = {};
  private boolean isPreEip8There;
  private Hello ours;

  /** The length of the other end's handshake message. 0 while it is not known. */
  private int messageBytes;

  private FrameCipher session;
  private FrameReader reader;

  /**
   * Takes over a new socket.
   *
   * @param expected the identity that the other end must prove, if this node dialled it; else empty
   * @param isPreEip8 whether to begin with the handshake used until 2016
   */
  ConnectionSetup(
      Vertx vertx,
      NetSocket socket,
      LocalNode local,
      Optional<PublicKey> expected,
      boolean isPreEip8) {
    this.vertx = vertx;
    this.socket = socket;
    this.local = local;
    this.handshake = new Handshake(local.key(), local.random());
    this.expected = expected;
    this.isPreEip8 = isPreEip8;
    socket.handler(this::onBytes);
    socket.closeHandler(ignored -> fail("the other end closed the connection"));
    socket.exceptionHandler(e -> fail(String.valueOf(e.getMessage())));
    timer =
        vertx.setTimer(
            local.limits().setUpMillisMax(),
            ignored -> fail("no handshake within " + local.limits().setUpMillisMax() + " ms"));
  }

  Future<RlpxConnection> start() {
    expected.ifPresent(peer -> socket.write(Buffer.buffer(handshake.auth(peer, isPreEip8))));
    return opened.future();
  }

  /** Whether the other end has answered the handshake, and so knows its form. */
  boolean isUnderstood() {
    return session != null;
  }

  private void onBytes(Buffer buffer) {
    if (opened.future().isComplete()) {
      // The set-up has ended. Bytes that still come until the socket is closed are ignored.
      return;
    }
    byte[] bytes = buffer.getBytes();
    int had = begun.length;
    begun = Arrays.copyOf(begun, had + bytes.length);
    System.arraycopy(bytes, 0, begun, had, bytes.length);
    try {
      if (session == null) {
        shakeHands();
      }
      if (session != null) {
        readHello();
      }
    } catch (RlpxException e) {
      fail(e.getMessage());
    }
  }

  private void shakeHands() {
    if (messageBytes == 0) {
      messageBytes = messageBytes();
    }
    if (messageBytes == 0 || begun.length < messageBytes) {
      return;
    }
    byte[] message = Arrays.copyOf(begun, messageBytes);
    begun = Arrays.copyOfRange(begun, messageBytes, begun.length);
    if (expected.isPresent()) {
      session = handshake.complete(message);
    } else {
      Handshake.Accepted accepted = handshake.accept(message);
      socket.write(Buffer.buffer(accepted.ack()));
      session = accepted.session();
    }
    reader = new FrameReader(session);
    ours = isPreEip8There ? local.hello().of2015() : local.hello();
    byte[] hello = BaseProtocol.pack(BaseProtocol.HELLO, ours.encode(), false);
    socket.write(Buffer.buffer(session.seal(hello)));
  }

  /**
   * The length of the handshake message, 0 if too few bytes have come. It takes a curve operation,
   * so it is computed once.
   */
  private int messageBytes() {
    int preEip8Bytes =
        expected.isPresent() ? Handshake.PRE_EIP8_ACK_BYTES : Handshake.PRE_EIP8_AUTH_BYTES;
    if (begun.length < preEip8Bytes) {
      return 0;
    }
    isPreEip8There = handshake.isPreEip8(Arrays.copyOf(begun, preEip8Bytes));
    if (isPreEip8There) {
      return preEip8Bytes;
    }
    int sized = Handshake.sizedLength(begun);
    if (sized < 0) {
      throw new RlpxException("the first bytes are not a handshake");
    }
    return sized;
  }

  private void readHello() {
    FrameReader.Bytes bytes = new FrameReader.Bytes(begun);
    Optional<byte[]> data = reader.read(bytes, Hello.BYTES_MAX);
    begun = bytes.rest();
    if (data.isEmpty()) {
      return;
    }
    Message message = BaseProtocol.unpack(data.get(), false);
    if (message.code() == BaseProtocol.DISCONNECT) {
      fail("peer disconnected: " + BaseProtocol.reason(message.payload()));
      return;
    }
    if (message.code() != BaseProtocol.HELLO) {
      throw new RlpxException("message " + message.code() + " before the Hello");
    }
    Hello theirs = Hello.decode(message.payload());
    if (!theirs.id().equals(session.remote())) {
      refuse(
          theirs,
          DisconnectReason.UNEXPECTED_IDENTITY,
          "the Hello names another node than the keys");
    } else if (theirs.id().equals(local.key().publicKey())) {
      refuse(theirs, DisconnectReason.CONNECTED_TO_SELF, "the peer is this node itself");
    } else {
      open(theirs);
    }
  }

  private void open(Hello theirs) {
    Optional<Capability> shared = Hello.inCommon(ours, theirs);
    if (shared.isEmpty()) {
      refuse(
          theirs,
          DisconnectReason.USELESS_PEER,
          "no protocol in common: " + theirs.client() + " supports " + theirs.capabilities());
      return;
    }
    vertx.cancelTimer(timer);
    // No bytes are read until the connection is opened.
    socket.pause();
    boolean isCompressed = ours.compresses() && theirs.compresses();
    Opened whole =
        new Opened(
            session, reader, theirs, shared.get(), isCompressed, new FrameReader.Bytes(begun));
    opened.complete(new RlpxConnection(vertx, socket, whole, local, expected.isEmpty()));
  }

  /** After both Hellos, every message is compressed if both ends support it, also this one. */
  private void refuse(Hello theirs, DisconnectReason why, String explanation) {
    boolean isCompressed = ours.compresses() && theirs.compresses();
    byte[] said =
        BaseProtocol.pack(BaseProtocol.DISCONNECT, BaseProtocol.disconnect(why), isCompressed);
    socket.write(Buffer.buffer(session.seal(said)));
    fail(explanation);
  }

  private void fail(String why) {
    vertx.cancelTimer(timer);
    if (opened.tryFail(new RlpxException(why))) {
      socket.close();
    }
  }

  /** The result of a finished set-up. */
  record Opened(
      FrameCipher session,
      FrameReader reader,
      Hello theirs,
      Capability capability,
      boolean isCompressed,
      FrameReader.Bytes rest) {}
}
