package dev.windlass.wire.devp2p;

import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.Handshake;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * One end of a connection that sends exactly the bytes that a test chooses. It shares only the keys
 * with Windlass's own connections.
 *
 * <p>Blocking. Used by one thread, except for {@link #close}.
 */
public final class RawPeer implements Closeable {
  public static final int HELLO = 0x00;
  public static final int DISCONNECT = 0x01;
  public static final int PING = 0x02;
  public static final int PONG = 0x03;
  public static final int ETH = 0x10;

  /** The {@link #disconnectReason} if the other end closed without one. */
  public static final int NO_WORD = -1;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final NodeKey key;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private FrameCipher session;

  /** A message as it came, its payload uncompressed. */
  @SuppressWarnings("ArrayRecordComponent") // One reader.
  public record Message(int code, byte[] payload) {}

  private RawPeer(NodeKey key, Socket socket) throws IOException {
    this.key = key;
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Connected, without any message. */
  public static RawPeer connect(Enode node, NodeKey key) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(node.host(), node.port()));
    return new RawPeer(key, socket);
  }

  /** Connected, after both handshakes and before Hello. */
  public static RawPeer shakeHands(Enode node, NodeKey key) throws IOException {
    RawPeer peer = connect(node, key);
    Handshake handshake = new Handshake(key, RANDOM);
    peer.sendRaw(handshake.auth(node.id(), false));
    peer.session = handshake.complete(peer.sized());
    return peer;
  }

  /** Connected, after both Hellos. */
  public static RawPeer greet(Enode node, NodeKey key, int version) throws IOException {
    RawPeer peer = shakeHands(node, key);
    peer.sendHello(version);
    peer.readHello();
    return peer;
  }

  /** The other side of an accepted socket, after both Hellos. */
  public static RawPeer accepted(Socket socket, NodeKey key, int version) throws IOException {
    RawPeer peer = new RawPeer(key, socket);
    Handshake.Accepted accepted = new Handshake(key, RANDOM).accept(peer.sized());
    peer.sendRaw(accepted.ack());
    peer.session = accepted.session();
    peer.sendHello(version);
    peer.readHello();
    return peer;
  }

  private byte[] sized() throws IOException {
    byte[] begun = new byte[2];
    in.readFully(begun);
    byte[] message = Arrays.copyOf(begun, Handshake.sizedLength(begun));
    in.readFully(message, 2, message.length - 2);
    return message;
  }

  private void sendHello(int version) throws IOException {
    RlpWriter hello = new RlpWriter().beginList().integer(5);
    hello.string("hostile/test".getBytes(StandardCharsets.US_ASCII)).beginList().beginList();
    hello.string("eth".getBytes(StandardCharsets.US_ASCII)).integer(version).endList().endList();
    hello.integer(0).string(key.publicKey().toBytes()).endList();
    sendFrame(HELLO, hello.toBytes());
  }

  private void readHello() throws IOException {
    RlpReader reader = new RlpReader(readFrame());
    if (reader.unsignedLong() != HELLO) {
      throw new EOFException("no Hello");
    }
  }

  public void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** One frame around a code and a payload as they are. */
  public void sendFrame(int code, byte[] payload) throws IOException {
    sendRaw(frame(code, payload));
  }

  public byte[] frame(int code, byte[] payload) {
    byte[] packedCode = new RlpWriter().integer(code).toBytes();
    byte[] data = Arrays.copyOf(packedCode, packedCode.length + payload.length);
    System.arraycopy(payload, 0, data, packedCode.length, payload.length);
    return session.seal(data);
  }

  public void send(int code, byte[] payload) throws IOException {
    sendFrame(code, Snappy.compress(payload));
  }

  private byte[] readFrame() throws IOException {
    byte[] header = new byte[FrameCipher.HEADER_BYTES];
    in.readFully(header);
    int size = session.openHeader(header);
    byte[] body = new byte[FrameCipher.bodyBytes(size)];
    in.readFully(body);
    return session.openBody(body, size);
  }

  public Message read() throws IOException {
    byte[] data = readFrame();
    RlpReader reader = new RlpReader(data);
    int code = (int) reader.unsignedLong();
    byte[] packed = Arrays.copyOfRange(data, reader.position(), data.length);
    return new Message(code, Snappy.uncompress(packed));
  }

  /** The next byte as it comes; -1 at the end. */
  public int readByte() throws IOException {
    return in.read();
  }

  /** Reads to the end, and returns the reason that came before it. */
  public int disconnectReason() throws IOException {
    try {
      while (true) {
        Message message = read();
        if (message.code() == DISCONNECT) {
          return (int) new RlpReader(message.payload()).list().unsignedLong();
        }
      }
    } catch (EOFException | SocketException e) {
      return NO_WORD;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
