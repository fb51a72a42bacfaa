package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Announces the heads of one source, one after the other. While one is being synced, only the
 * newest of the others waits, so a source cannot fill the queue of the anchors. If the sync of a
 * head fails, and the source names another one, that takes its place: the first may have been
 * replaced by a reorg.
 *
 * <p>Thread-safe.
 */
final class SourcedHeads {
  private final BiFunction<HeadBoard.Source, Head, Future<Optional<SyncError>>> announce;
  private final Function<Hash, CompletionStage<?>> outcome;
  private final Consumer<Hash> withdraw;

  private Head newest;

  /** Announced, and not synced yet. Null if there is none. */
  private Head announced;

  private boolean hasFailed;

  SourcedHeads(Node node) {
    this(node::announce, node::outcome, node::withdraw);
  }

  /**
   * @param announce gives the reason if the head is refused
   * @param outcome completes at the end of the next sync of a head
   */
  SourcedHeads(
      BiFunction<HeadBoard.Source, Head, Future<Optional<SyncError>>> announce,
      Function<Hash, CompletionStage<?>> outcome,
      Consumer<Hash> withdraw) {
    this.announce = announce;
    this.outcome = outcome;
    this.withdraw = withdraw;
  }

  /** The source names this head now. */
  void saw(Head head) {
    Head replaced;
    synchronized (this) {
      newest = head;
      if (announced != null && !hasFailed) {
        return;
      }
      replaced = announced;
      announced = newest;
      hasFailed = false;
    }
    if (replaced != null) {
      withdraw.accept(replaced.hash());
    }
    announce(head);
  }

  private void announce(Head head) {
    CompletionStage<?> ended = outcome.apply(head.hash());
    announce
        .apply(HeadBoard.Source.RPC, head)
        .onComplete(
            answer -> {
              if (answer.failed() || answer.result().isPresent()) {
                ended(head, true);
              }
            });
    ended.whenComplete((done, failure) -> ended(head, failure != null));
  }

  private void ended(Head head, boolean isFailure) {
    Head next;
    synchronized (this) {
      if (!head.equals(announced)) {
        return;
      }
      hasFailed = isFailure;
      if (newest.equals(head)) {
        // It stays announced after a failure, and is tried again.
        announced = isFailure ? head : null;
        next = null;
      } else {
        announced = newest;
        hasFailed = false;
        next = newest;
      }
    }
    if (next != null) {
      if (isFailure) {
        withdraw.accept(head.hash());
      }
      announce(next);
    } else if (isFailure) {
      outcome.apply(head.hash()).whenComplete((done, failure) -> ended(head, failure != null));
    }
  }
}
