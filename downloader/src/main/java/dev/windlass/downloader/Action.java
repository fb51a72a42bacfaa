package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Gap;
import java.util.List;
import java.util.Optional;

/** Something that the core has decided and the shell must do. Lists in it are not written again. */
public sealed interface Action {
  void perform(Effects effects);

  record RequestHashes(PeerId peer, long ticket, Hash from, int max) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.requestHashes(peer, ticket, from, max);
    }
  }

  record RequestHeaders(PeerId peer, long ticket, HeaderQuery query) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.requestHeaders(peer, ticket, query);
    }
  }

  record RequestBlocks(PeerId peer, long ticket, List<Hash> hashes) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.requestBlocks(peer, ticket, hashes);
    }
  }

  record RequestBodies(PeerId peer, long ticket, List<BlockHeader> headers) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.requestBodies(peer, ticket, headers);
    }
  }

  record DropPeer(PeerId peer, HaulError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.dropPeer(peer, error);
    }
  }

  record BanPeer(PeerId peer, Verdict verdict, String evidence, long nanos) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.banPeer(peer, verdict, evidence, nanos);
    }
  }

  record RefuseDelivery(PeerId peer, long ticket, HaulError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.refuseDelivery(peer, ticket, error);
    }
  }

  record RefuseHead(Hash head, HaulError error) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.refuseHead(head, error);
    }
  }

  record PrepareHaul(long haul, Hash anchor, boolean isAnchorTrusted) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.prepareHaul(haul, anchor, isAnchorTrusted);
    }
  }

  record PrepareGap(long haul, Gap gap) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.prepareGap(haul, gap);
    }
  }

  record SkipBlocks(long haul, HashChain chain, long anchorNumber, long from, long to)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.skipBlocks(haul, chain, anchorNumber, from, to);
    }
  }

  /** No peer serves the bodies of these blocks now. */
  record BlocksUnserved(long first, long last) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.blocksUnserved(first, last);
    }
  }

  record AppendHeaders(long haul, HashChain chain, List<BlockHeader> newestFirst)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.appendHeaders(haul, chain, newestFirst);
    }
  }

  record AppendLinks(long haul, HashChain chain, List<Hash> newestFirst, Hash next)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.appendLinks(haul, chain, newestFirst, next);
    }
  }

  record LoadLinks(long haul, HashChain chain, long anchorNumber, long number, int max)
      implements Action {
    @Override
    public void perform(Effects effects) {
      effects.loadLinks(haul, chain, anchorNumber, number, max);
    }
  }

  record InsertBlocks(long haul, List<Block> run, boolean makeCanonical) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.insertBlocks(haul, run, makeCanonical);
    }
  }

  record FinishHaul(long haul, HashChain chain) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.finishHaul(haul, chain);
    }
  }

  record DiscardLinks(HashChain chain, boolean isAnchorTrusted) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.discardLinks(chain, isAnchorTrusted);
    }
  }

  record RecordBan(Hash hash, String evidence) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.recordBan(hash, evidence);
    }
  }

  record ForgetBan(Hash hash) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.forgetBan(hash);
    }
  }

  record HaulStarted(long haul, Hash anchor, Optional<PeerId> origin) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.haulStarted(haul, anchor, origin);
    }
  }

  record HaulDone(HaulSummary summary) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.haulDone(summary);
    }
  }

  record HaulFailed(HaulSummary summary, HaulError error, String explanation) implements Action {
    @Override
    public void perform(Effects effects) {
      effects.haulFailed(summary, error, explanation);
    }
  }
}
