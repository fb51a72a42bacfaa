package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.HashChain;
import java.util.List;

/** Performs the actions of the core that are work for the store. */
abstract class StoreEffects implements Effects {
  private final StoreLine line;

  StoreEffects(StoreLine line) {
    this.line = line;
  }

  @Override
  public void prepareHaul(long haul, Hash anchor, boolean isAnchorTrusted) {
    line.add(work -> work.prepare(haul, anchor, isAnchorTrusted));
  }

  @Override
  public void prepareGap(long haul, Gap gap) {
    line.add(work -> work.prepareGap(haul, gap));
  }

  @Override
  public void skipBlocks(long haul, HashChain chain, long anchorNumber, long from, long to) {
    line.add(work -> work.skip(haul, chain, anchorNumber, from, to));
  }

  @Override
  public void appendHeaders(long haul, HashChain chain, List<BlockHeader> newestFirst) {
    line.add(work -> work.appendHeaders(haul, chain, newestFirst));
  }

  @Override
  public void appendLinks(long haul, HashChain chain, List<Hash> newestFirst, Hash next) {
    line.add(work -> work.appendLinks(haul, chain, newestFirst, next));
  }

  @Override
  public void loadLinks(long haul, HashChain chain, long anchorNumber, long number, int max) {
    line.add(work -> work.loadLinks(haul, chain, anchorNumber, number, max));
  }

  @Override
  public void insertBlocks(long haul, List<Block> run, boolean makeCanonical) {
    line.add(work -> work.insert(haul, run, makeCanonical));
  }

  @Override
  public void finishHaul(long haul, HashChain chain) {
    line.add(work -> work.finish(haul, chain));
  }

  @Override
  public void discardLinks(HashChain chain, boolean isAnchorTrusted) {
    line.addSilent(work -> work.discard(chain, isAnchorTrusted));
  }

  @Override
  public void recordBan(Hash hash, String evidence) {
    line.addSilent(work -> work.putBan(hash, evidence));
  }

  @Override
  public void forgetBan(Hash hash) {
    line.addSilent(work -> work.removeBan(hash));
  }
}
