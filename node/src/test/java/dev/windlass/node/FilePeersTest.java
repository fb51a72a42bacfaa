package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlock;
import dev.windlass.fixtures.TestChains;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.files.IndexFolder;
import dev.windlass.wire.files.TestEras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePeersTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 10, Shape.SIGNED);
  private static final Optional<Block> GENESIS = Optional.of(Block.decode(CHAIN.rawBlock(0)));

  @TempDir private Path folder;

  private FilePeers peers(long lowest) throws IOException {
    Path file = TestChains.write(folder.resolve(lowest + ".rlp"), CHAIN, lowest, 9);
    return FilePeers.of(List.of(new PeerSource.FilePeer(file)), IndexFolder.none());
  }

  private long root(long lowest, Optional<Block> genesis) throws IOException {
    try (FilePeers peers = peers(lowest)) {
      return peers.root(genesis).orElseThrow().number();
    }
  }

  @Test
  void shouldBeginWithTheGenesisThatAFileWithoutItGoesOnFrom() throws Exception {
    assertEquals(0, root(1, GENESIS));
    assertEquals(0, root(0, GENESIS));
    assertEquals(1, root(1, Optional.empty()));
    assertEquals(2, root(2, GENESIS), "between the two nothing is there");
    try (FilePeers none = FilePeers.of(List.of(), IndexFolder.none())) {
      assertTrue(none.root(GENESIS).isEmpty());
    }
  }

  @Test
  void shouldRefuseAFileThatGoesOnFromAnotherGenesis() throws Exception {
    try (FilePeers peers = peers(1)) {
      Optional<Block> other = Optional.of(new TestBlock().number(0).block());
      JobFailedException e = assertThrows(JobFailedException.class, () -> peers.root(other));
      assertTrue(
          e.getMessage().contains("1.rlp is another chain: its block 1 stands on"), e::getMessage);
    }
  }

  private Optional<Block> rootOfFolder(Optional<String> network) {
    List<PeerSource> sources = List.of(new PeerSource.FilePeer(folder));
    try (FilePeers peers = FilePeers.of(sources, network, IndexFolder.none())) {
      return peers.root(Optional.empty());
    }
  }

  @Test
  void shouldTakeTheRootFromTheFilesOfTheNetwork() throws Exception {
    ChainMaker other = ChainMaker.of(4, 10, Shape.SIGNED);
    Files.write(folder.resolve("holesky-00000-00000000.era1"), TestEras.era1(other, 0));
    Files.write(folder.resolve("mainnet-00000-00000000.era1"), TestEras.era1(CHAIN, 0));
    assertEquals(GENESIS, rootOfFolder(Optional.of("mainnet")));
    assertEquals(Optional.of(other.block(0)), rootOfFolder(Optional.of("holesky")));
    assertRefused(Optional.of("hoodi"), "has files of holesky and mainnet, and none of hoodi");
    assertRefused(Optional.empty(), "has files of holesky and mainnet");
    Files.delete(folder.resolve("holesky-00000-00000000.era1"));
    assertEquals(GENESIS, rootOfFolder(Optional.empty()));
  }

  private void assertRefused(Optional<String> network, String why) {
    FileChainException e = assertThrows(FileChainException.class, () -> rootOfFolder(network));
    assertEquals(folder + ": " + why, e.getMessage());
  }

  /** The first block has the hash of its parent, even if the file does not have the parent. */
  @Test
  void shouldRefuseAFileWhoseFirstBlockStandsOnAnotherGenesisThanTheStores() throws Exception {
    Path file = TestChains.write(folder.resolve("first.rlp"), CHAIN, 1, 9);
    try (FileChain chain = FileChain.open(file)) {
      FilePeers.requireChainOf(GENESIS.orElseThrow().id(), chain, "first.rlp");
      BlockId other = new TestBlock().number(0).block().id();
      JobFailedException e =
          assertThrows(
              JobFailedException.class, () -> FilePeers.requireChainOf(other, chain, "first.rlp"));
      String expected =
          "first.rlp is another chain: its block 1 stands on "
              + CHAIN.hashAt(0)
              + ", the store begins with "
              + other.hash();
      assertEquals(expected, e.getMessage());
    }
  }
}
