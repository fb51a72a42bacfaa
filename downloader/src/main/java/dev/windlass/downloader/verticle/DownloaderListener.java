package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.StoreChange;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** Observes the downloader, on its context. It must not block. */
public interface DownloaderListener {
  /** A peer was asked. */
  default void asked(PeerId peer, long ticket, Question<?> question) {}

  /** A peer has answered a question. */
  default void answered(Answered answer) {}

  /** A peer has sent what no question asked for. */
  default void offended(PeerId peer, Offence offence, String evidence) {}

  /** The stored chain has changed. */
  default void changed(StoreChange change, long elapsedNanos) {}

  /** A banned block was removed from the stored chain at the start. It comes before the change. */
  default void rewound(BannedBlocks.Rewind rewind) {}

  /** Blocks were accepted, disconnected, connected or rejected. It comes after the change. */
  default void onChain(ChainEvent event) {}

  default void syncStarted(long sync, Hash anchor, Optional<PeerId> origin) {}

  default void syncDone(SyncSummary summary) {}

  default void syncFailed(SyncSummary summary, SyncError error, String explanation) {}

  /** No peer serves the bodies of these blocks. The blocks above them are fetched. */
  default void blocksUnserved(long first, long last) {}

  /** The stored chain has reached a checkpoint. */
  default void checkpointPassed(BlockId checkpoint) {}

  /** The stored history begins with this block from now on. */
  default void historyBegins(BlockId lowest) {}

  /**
   * A pause has begun or ended.
   *
   * @param nanos how long it lasts from now on. 0 if it has ended
   */
  default void pauseChanged(long nanos) {}

  default void peerDropped(PeerId peer, SyncError error) {}

  default void peerBanned(PeerBan ban) {}

  /** The ban of a peer or of a host was ended by an operator. */
  default void peerPardoned(PeerId peer) {}

  /** The score of a peer has risen above the warning. */
  default void peerWarned(PeerId peer, Offence offence, int score) {}

  default void headRefused(Hash head, SyncError error) {}

  /** The store or the downloader has failed. The verticle does no more work. */
  default void failed(Throwable cause) {}

  /**
   * How a question was answered.
   *
   * @param items how many items of the answer are valid
   * @param elapsedNanos from the question to the judged answer; empty if the question is forgotten
   */
  record Answered(
      PeerId peer,
      long ticket,
      Question<?> question,
      Verdict verdict,
      int items,
      OptionalLong elapsedNanos) {
    public Answered {
      Objects.requireNonNull(peer);
      Objects.requireNonNull(question);
      Objects.requireNonNull(verdict);
      Objects.requireNonNull(elapsedNanos);
    }
  }
}
