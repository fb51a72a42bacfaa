package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.files.IndexFolder;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A block of the largest size that may enter goes all the way: file, store, and other nodes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LargestBlockTest {
  private static final long SECONDS_MAX = 30;

  private final List<Block> blocks = chain();
  @RegisterExtension private final Opened opened = new Opened();

  @TempDir private Path folder;

  /** Four blocks, of which one is as large as may be. */
  private static List<Block> chain() {
    List<Block> blocks = new ArrayList<>();
    Hash parent = Hash.ZERO;
    for (int number = 0; number < 4; number++) {
      blocks.add(made(number, parent, number == 2 ? Block.BYTES_MAX : 0));
      parent = blocks.get(number).hash();
    }
    return blocks;
  }

  /** A valid block. It has exactly this many bytes, unless that is 0. */
  private static Block made(long number, Hash parent, int bytes) {
    if (bytes == 0) {
      return with(number, parent, 5).block();
    }
    int beside = with(number, parent, 1 << 20).raw().length - (1 << 20);
    return with(number, parent, bytes - beside).block();
  }

  private static TestBlock with(long number, Hash parent, int transactionBytes) {
    return new TestBlock().number(number).parent(parent).transactionOf(transactionBytes);
  }

  private LocalChain local(StoredChain chain) {
    Hash genesis = blocks.get(0).hash();
    ForkSchedule forks = new ForkSchedule(genesis, 0, List.of(), List.of());
    return new LocalChain(7332, genesis, chain, forks, head -> BigInteger.ONE);
  }

  private Node node(MemoryBlockStore store) {
    return opened.with(Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads()));
  }

  private Connections peers(Node node, BlockStore store, List<Capability> spoken) {
    StoredChain stored = new StoredChain(store);
    LocalNode local = LocalNode.of(NodeKey.random(new SecureRandom()), "test", spoken, 0);
    return opened.with(TestConnections.of(node, local, local(stored), store));
  }

  private void assertSynced(Node node, StoredChain stored) throws Exception {
    node.sync(blocks.get(3).id()).get(SECONDS_MAX, TimeUnit.SECONDS);
    assertArrayEquals(blocks.get(2).rawBlock(), stored.rawBlock(2));
    assertEquals(blocks.get(3).id(), stored.head());
  }

  @Test
  void shouldSyncItFromAFileAndServeItInEveryProtocol() throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    blocks.forEach(block -> file.writeBytes(block.rawBlock()));
    Path path = Files.write(folder.resolve("chain.rlp"), file.toByteArray());
    MemoryBlockStore store = new MemoryBlockStore(blocks.get(0));
    Node first = node(store);
    StoredChain stored = new StoredChain(store);
    FilePeers files =
        opened.with(FilePeers.of(List.of(new PeerSource.FilePeer(path)), IndexFolder.none()));
    files.connectTo(first, store.root());
    assertSynced(first, stored);

    List<Capability> all = List.of(Capability.eth(61), Capability.eth(69));
    Enode enode = TestConnections.listen(peers(first, store, all));
    for (Capability spoken : all) {
      MemoryBlockStore other = new MemoryBlockStore(blocks.get(0));
      Node second = node(other);
      peers(second, other, List.of(spoken)).connect(List.of(enode));
      assertSynced(second, new StoredChain(other));
    }
  }
}
