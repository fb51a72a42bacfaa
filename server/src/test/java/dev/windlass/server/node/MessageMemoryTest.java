package dev.windlass.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import dev.windlass.server.ChildWindlass;
import dev.windlass.wire.devp2p.Enode;
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

/** A process with a small heap, to which many strangers send the largest messages there are. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MessageMemoryTest {
  private static final int HEAP_MIB = 128;
  private static final int STRANGERS = 20;
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

  /** An answer of nearly 10 MiB, packed, to a question that was never put; half of it packs. */
  private static byte[] unasked() throws IOException {
    byte[] body = new byte[10 << 20];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < body.length; i += 16) {
      body[i] = (byte) random.nextInt();
    }
    byte[] bodies = list(body, (10 << 20) - 64);
    return Snappy.compress(CODEC.encode(new EthMessage.BlockBodies(1L << 40, List.of(bodies))));
  }

  private static void flood(RawPeer peer, byte[] packed) {
    try {
      for (int i = 0; i < 4; i++) {
        peer.sendFrame(RawPeer.ETH + EthMessage.BLOCK_BODIES, packed);
      }
    } catch (IOException e) {
      // It has seen enough.
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

  @Test
  void shouldOutliveStrangersThatSendWhatNobodyAskedFor() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(STRANGERS);
    try (ChildWindlass child =
        new ChildWindlass(folder.resolve("out"), SmallHeapNode.class, HEAP_MIB)) {
      String line = child.awaitLog("listens at ");
      Enode enode = Enode.parse(line.substring(line.indexOf("enode:")));
      byte[] packed = unasked();
      List<CompletableFuture<Void>> floods = new ArrayList<>();
      List<RawPeer> strangers = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        RawPeer stranger = come(enode);
        strangers.add(stranger);
        floods.add(CompletableFuture.runAsync(() -> flood(stranger, packed), threads));
      }
      CompletableFuture.allOf(floods.toArray(CompletableFuture[]::new)).get();
      try (RawPeer last = come(enode)) {
        say(last, new EthMessage.GetBlockHeaders(5, null, 0, 1, 0, false));
        RawPeer.Message message = last.read();
        while (message.code() != RawPeer.ETH + EthMessage.BLOCK_HEADERS) {
          message = last.read();
        }
        EthMessage answer = CODEC.decode(EthMessage.BLOCK_HEADERS, message.payload());
        assertEquals(1, ((EthMessage.BlockHeaders) answer).headers().size());
      }
      for (RawPeer stranger : strangers) {
        stranger.close();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
