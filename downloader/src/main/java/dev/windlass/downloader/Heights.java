package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.peerset.PeerSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Gives the proven number of a block to each peer that announced the block, since many peers
 * announce a hash alone.
 *
 * <p>Owned by the downloader. It remembers the last {@link #RECENT_MAX} blocks that were noted as
 * stored. A peer that announces one of them later gets its number at once.
 */
public final class Heights {
  static final int RECENT_MAX = 256;

  private final PeerSet peers;
  private final HeadClaims heads;
  private final Map<Hash, Long> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Long> eldest) {
          return size() > RECENT_MAX;
        }
      };

  Heights(PeerSet peers, HeadClaims heads) {
    this.peers = peers;
    this.heads = heads;
  }

  /** A header proves the number of its hash, whether its block is stored or not. */
  void proven(BlockId block) {
    if (peers.awaitsNumber(block.hash())) {
      peers.learn(block.hash(), block.number());
      heads.learn(block);
    }
  }

  public void proven(List<BlockHeader> headers) {
    if (peers.awaitsAnyNumber()) {
      headers.forEach(header -> proven(header.id()));
    }
  }

  /** The same for blocks that are linked to a trusted hash. */
  void provenBy(List<Block> run) {
    if (peers.awaitsAnyNumber()) {
      run.forEach(block -> proven(block.id()));
    }
  }

  /** A peer announced a head, perhaps by its hash alone. */
  void announced(Head head) {
    Long number = recent.get(head.hash());
    if (number != null) {
      proven(new BlockId(number, head.hash()));
    }
  }

  /** A block is stored, on the canonical chain or beside it. */
  void stored(BlockId block) {
    recent.put(block.hash(), block.number());
    proven(block);
  }

  void stored(List<Block> run) {
    run.forEach(block -> stored(block.id()));
  }

  /** The number of a block that was stored lately. Empty if it was not, or long ago. */
  OptionalLong storedLately(Hash hash) {
    Long number = recent.get(hash);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
