package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.Handshake;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node as strict as those of 2015. It reads only the handshake of its time, disconnects after a
 * Hello of a version other than 4, and does not compress.
 *
 * <p>Keep it reachable as long as its connections are used. Vert.x closes a client's connections
 * when the client is garbage-collected.
 */
public final class NodeOf2015 {
  private static final int VERSION = 4;

  private final Vertx vertx;
  private final SecureRandom random = new SecureRandom();
  private final NodeKey key = NodeKey.random(random);
  private final Capability capability;
  private final NetClient client;
  private final Promise<RlpxConnection> accepted = Promise.promise();

  /** A node that supports one version of eth. */
  public NodeOf2015(Vertx vertx, int version) {
    this.vertx = vertx;
    this.capability = Capability.eth(version);
    this.client = vertx.createNetClient();
  }

  private Hello hello() {
    return new Hello(VERSION, "Geth/v0.9.34", List.of(capability), 0, key.publicKey());
  }

  /** Listens on the loopback address. */
  public Future<Enode> listen() {
    return vertx
        .createNetServer(new NetServerOptions().setHost("127.0.0.1").setPort(0))
        .connectHandler(socket -> new Accepting(socket).begin())
        .listen()
        .map(server -> new Enode(key.publicKey(), "127.0.0.1", server.actualPort()));
  }

  /** The first inbound connection that followed the rules of 2015. */
  public Future<RlpxConnection> accepted() {
    return accepted.future();
  }

  private LocalNode local() {
    return new LocalNode(
        key, hello(), ConnectionLimits.DEFAULT, new MessageBudget(160 << 20), random);
  }

  /** Dials a node with the handshake of 2015. */
  public Future<RlpxConnection> dial(Enode node) {
    LocalNode local = local();
    Promise<RlpxConnection> dialled = Promise.promise();
    vertx.runOnContext(
        ignored ->
            client
                .connect(node.port(), node.host())
                .compose(
                    socket ->
                        new ConnectionSetup(vertx, socket, local, Optional.of(node.id()), true)
                            .start())
                .onComplete(dialled));
    return dialled.future();
  }

  /** One inbound connection. */
  private final class Accepting {
    private final NetSocket socket;
    private byte[] begun = {};
    private FrameCipher session;
    private FrameReader reader;

    Accepting(NetSocket socket) {
      this.socket = socket;
    }

    void begin() {
      socket.handler(this::onBytes);
    }

    private void onBytes(Buffer buffer) {
      byte[] bytes = buffer.getBytes();
      int had = begun.length;
      begun = Arrays.copyOf(begun, had + bytes.length);
      System.arraycopy(bytes, 0, begun, had, bytes.length);
      if (session == null && begun.length >= Handshake.PRE_EIP8_AUTH_BYTES) {
        shakeHands();
      }
      if (session != null) {
        readHello();
      }
    }

    private void shakeHands() {
      Handshake handshake = new Handshake(key, random);
      byte[] auth = Arrays.copyOf(begun, Handshake.PRE_EIP8_AUTH_BYTES);
      if (!handshake.isPreEip8(auth)) {
        socket.close();
        return;
      }
      begun = Arrays.copyOfRange(begun, auth.length, begun.length);
      Handshake.Accepted answer = handshake.accept(auth);
      session = answer.session();
      reader = new FrameReader(session);
      socket.write(Buffer.buffer(answer.ack()));
      socket.write(
          Buffer.buffer(
              session.seal(BaseProtocol.pack(BaseProtocol.HELLO, hello().encode(), false))));
    }

    private void readHello() {
      FrameReader.Bytes bytes = new FrameReader.Bytes(begun);
      Optional<byte[]> data = reader.read(bytes, Hello.BYTES_MAX);
      begun = bytes.rest();
      if (data.isEmpty()) {
        return;
      }
      Hello theirs = Hello.decode(BaseProtocol.unpack(data.get(), false).payload());
      if (theirs.version() != VERSION) {
        socket.close();
        return;
      }
      socket.pause();
      ConnectionSetup.Opened opened =
          new ConnectionSetup.Opened(
              session, reader, theirs, capability, false, new FrameReader.Bytes(begun));
      accepted.complete(new RlpxConnection(vertx, socket, opened, local(), true));
    }
  }
}
