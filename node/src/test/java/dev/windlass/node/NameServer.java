package dev.windlass.node;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A name server that answers each name with one IPv4 address. It allows to cache the answer for ten
 * minutes, as Docker's does.
 */
final class NameServer implements AutoCloseable {
  private static final int HEADER_BYTES = 12;
  private static final int TIME_TO_LIVE_SECONDS = 600;
  private static final int TYPE_A = 1;

  private final DatagramSocket socket;
  private volatile InetAddress address;

  NameServer(InetAddress first) throws IOException {
    address = first;
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "name server");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress at() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  void move(InetAddress next) {
    address = next;
  }

  private void serve() {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        socket.receive(packet);
        byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private byte[] answer(byte[] query) throws IOException {
    int end = HEADER_BYTES;
    while (query[end] != 0) {
      end += 1 + query[end];
    }
    int type = query[end + 2];
    // The root label, type and class.
    end += 5;
    boolean isKnown = type == TYPE_A;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    // An answer, recursion available; one question, then none or one answer.
    out.writeShort(0x8180);
    out.writeShort(1);
    out.writeShort(isKnown ? 1 : 0);
    out.writeInt(0);
    out.write(query, HEADER_BYTES, end - HEADER_BYTES);
    if (isKnown) {
      // The name of the question, class IN.
      out.writeShort(0xc00c);
      out.writeShort(TYPE_A);
      out.writeShort(1);
      out.writeInt(TIME_TO_LIVE_SECONDS);
      out.writeShort(4);
      out.write(address.getAddress());
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
