package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import dev.windlass.fixtures.ChildJvm;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/**
 * A process with a small heap, to which many untrusted peers send large messages and never end
 * them.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MessageMemoryTest {
  private static final int HEAP_MIB = 128;
  private static final int UNTRUSTED = 20;

  /** Time enough for all that is sent, if it is read. */
  private static final int QUESTIONS = 10_000;

  private static final EthCodec CODEC = new EthCodec(SmallHeapNode.VERSION);

  @TempDir private Path folder;

  private static RawPeer come(Enode enode) throws IOException {
    RawPeer peer = RawPeer.greet(enode, NodeKey.random(new SecureRandom()), SmallHeapNode.VERSION);
    Hash genesis = SmallHeapNode.CHAIN.genesis().hash();
    say(
        peer,
        new EthMessage.Status(
            SmallHeapNode.VERSION,
            7332,
            BigInteger.ONE,
            genesis,
            genesis,
            SmallHeapNode.FORKS.at(0, 0)));
    return peer;
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), CODEC.encode(message));
  }

  /** An answer of nearly 10 MiB, packed, to a question that was never put; it does not pack. */
  private static byte[] unasked() throws IOException {
    byte[] body = new byte[10 << 20];
    new SplittableRandom(1).nextBytes(body);
    byte[] bodies = list(body, (10 << 20) - 64);
    return Snappy.compress(CODEC.encode(new EthMessage.BlockBodies(1L << 40, List.of(bodies))));
  }

  /** Sends all of a frame but its last byte; blocks if it is not read. */
  private static void flood(RawPeer peer, byte[] packed) {
    byte[] frame = peer.frame(RawPeer.ETH + EthMessage.BLOCK_BODIES, packed);
    try {
      peer.sendRaw(Arrays.copyOf(frame, frame.length - 1));
    } catch (IOException e) {
      // The test is over, or the process is.
    }
  }

  /** The prefix of a list of so many bytes, at the beginning of these. */
  private static byte[] list(byte[] bytes, int length) {
    byte[] list = Arrays.copyOf(bytes, length + 4);
    list[0] = (byte) 0xfa;
    list[1] = (byte) (length >> 16);
    list[2] = (byte) (length >> 8);
    list[3] = (byte) length;
    return list;
  }

  private static void assertAnswers(RawPeer node) throws IOException {
    say(node, new EthMessage.GetBlockHeaders(5, null, 0, 1, 0, false));
    RawPeer.Message message = node.read();
    while (message.code() != RawPeer.ETH + EthMessage.BLOCK_HEADERS) {
      message = node.read();
    }
    EthMessage answer = CODEC.decode(EthMessage.BLOCK_HEADERS, message.payload());
    assertEquals(1, ((EthMessage.Answer) answer).items().size());
  }

  @Test
  void shouldOutliveUntrustedPeersThatSendLargeMessagesAndNeverEndThem() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(UNTRUSTED);
    try (ChildJvm child = new ChildJvm(folder.resolve("out"), SmallHeapNode.class, HEAP_MIB)) {
      String line = child.awaitLog("listens at ");
      Enode enode = Enode.parse(line.substring(line.indexOf("enode:")));
      byte[] packed = unasked();
      List<CompletableFuture<Void>> floods = new ArrayList<>();
      List<RawPeer> untrustedPeers = new ArrayList<>();
      for (int i = 0; i < UNTRUSTED; i++) {
        RawPeer untrusted = come(enode);
        untrustedPeers.add(untrusted);
        floods.add(CompletableFuture.runAsync(() -> flood(untrusted, packed), threads));
      }
      CompletableFuture<Void> flooded =
          CompletableFuture.allOf(floods.toArray(CompletableFuture[]::new));
      try (RawPeer last = come(enode)) {
        for (int i = 0; i < QUESTIONS && !flooded.isDone(); i++) {
          assertAnswers(last);
        }
        assertAnswers(last);
      }
      for (RawPeer untrusted : untrustedPeers) {
        untrusted.close();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
