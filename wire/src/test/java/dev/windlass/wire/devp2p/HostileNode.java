package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A node to dial that does with each connection what a test wrote down, until it is closed. */
/** What it does with one connection after both Hellos. */
public final class HostileNode implements AutoCloseable {
  public interface Script {
    void talk(RawPeer peer) throws IOException;
  }

  private final NodeKey key = NodeKey.random(new SecureRandom());
  private final ServerSocket server;
  private final int version;
  private final Script script;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private HostileNode(ServerSocket server, int version, Script script) {
    this.server = server;
    this.version = version;
    this.script = script;
  }

  public static HostileNode start(int version, Script script) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    HostileNode node = new HostileNode(server, version, script);
    Thread thread = new Thread(node::accept, "hostile");
    thread.setDaemon(true);
    thread.start();
    return node;
  }

  public NodeKey key() {
    return key;
  }

  public Enode enode() {
    return new Enode(key.publicKey(), "127.0.0.1", server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        sockets.add(socket);
        script.talk(RawPeer.accepted(socket, key, version));
      } catch (IOException e) {
        // The other end hung up, or the test is over.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
