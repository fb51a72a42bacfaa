package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.Progress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what the core asks. It must not send more requests than a peer has credits, ask for a
 * stored block or for the hash zero, or ask a peer for what it reported missing in the same sync.
 * Lives as long as its simulation.
 */
final class AskingRules implements Watcher {
  private final Simulation simulation;
  private final Map<PeerId, Long> connected = new HashMap<>();
  private final Map<PeerId, Set<Hash>> lacks = new HashMap<>();

  /** The most hashes that each peer may be known to lack. */
  private final Map<PeerId, Integer> notes = new HashMap<>();

  /** Open questions for blocks of this sync. */
  private final Set<Long> tickets = new HashSet<>();

  /** Open questions of this sync from before it fetched blocks. */
  private final Set<Long> earlier = new HashSet<>();

  private Downloader core;
  private long sync;

  AskingRules(Simulation simulation) {
    this.simulation = simulation;
  }

  /** When a connected peer connected. */
  long connectedNanos(PeerId peer) {
    return connected.getOrDefault(peer, Long.MAX_VALUE);
  }

  @Override
  public void connected(PeerId peer) {
    connected.put(peer, simulation.now());
    lacks.remove(peer);
    notes.remove(peer);
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    Progress progress = simulation.progress();
    forgetOldSyncs(progress);
    boolean isFetching = progress.phase() == Progress.Phase.FETCHING_BLOCKS;
    (isFetching ? tickets : earlier).add(asked.ticket());
    Optional<String> busy = credits(progress);
    if (busy.isPresent()) {
      return busy;
    }
    if (asked.question() instanceof Question.Headers headers
        && Hash.ZERO.equals(headers.query().from())) {
      return Optional.of(peer + " is asked for the hash zero, which no block has");
    }
    Set<Hash> lacking = lacks.getOrDefault(peer, Set.of());
    for (Hash hash : blocks(asked.question())) {
      if (simulation.store().known(hash).isPresent() && !isClaimed(progress, peer, hash)) {
        return Optional.of("block " + hash + " is asked for and stored");
      }
      if (isFetching && lacking.contains(hash)) {
        return Optional.of(peer + " is asked for block " + hash + " again, which it lacks");
      }
    }
    return Optional.empty();
  }

  /** A peer may be asked for the head that it claims, since the core does not know its number. */
  private static boolean isClaimed(Progress progress, PeerId peer, Hash hash) {
    return progress.peers().stream()
        .anyMatch(view -> view.id().equals(peer.name()) && view.head().equals(hash.toString()));
  }

  /**
   * While blocks are fetched each open request has its reservation, except for those of the walk
   * before.
   */
  Optional<String> requestsAreReserved() {
    Downloader core = simulation.downloader();
    boolean isFetching =
        core.holdings().openReservations() > 0 && core.holdings().missingBlocks() > 0;
    int bare =
        core.holdings().inFlightRequests()
            - core.holdings().openReservations()
            - core.holdings().openSearchQuestions();
    return isFetching && (bare < 0 || bare > earlier.size())
        ? Optional.of(
            core.holdings().openReservations()
                + " reservations for "
                + core.holdings().inFlightRequests()
                + " open requests, of which "
                + earlier.size()
                + " may be older")
        : Optional.empty();
  }

  private void forgetOldSyncs(Progress progress) {
    long current = progress.sync().map(Progress.ActiveSync::id).orElse(0L);
    if (current != sync || simulation.downloader() != core) {
      core = simulation.downloader();
      sync = current;
      lacks.clear();
      notes.clear();
      tickets.clear();
      earlier.clear();
    }
  }

  private static Optional<String> credits(Progress progress) {
    int inFlight = 0;
    for (Progress.PeerView peer : progress.peers()) {
      inFlight += peer.inFlight();
      if (peer.inFlight() > peer.creditsMax()) {
        return Optional.of(peer.id() + " has " + peer.inFlight() + " requests in flight");
      }
    }
    return inFlight == progress.inFlightRequests()
        ? Optional.empty()
        : Optional.of(
            progress.inFlightRequests() + " requests are open, the peers have " + inFlight);
  }

  static List<Hash> blocks(Question<?> question) {
    if (question instanceof Question.Blocks asked) {
      return asked.hashes();
    }
    return question instanceof Question.Bodies asked
        ? asked.headers().stream().map(BlockHeader::hash).toList()
        : List.of();
  }

  @Override
  public void answered(PeerId peer, Asked asked, Verdict verdict) {
    Progress progress = simulation.progress();
    forgetOldSyncs(progress);
    boolean isFetching = progress.phase() == Progress.Phase.FETCHING_BLOCKS;
    boolean isLacking = verdict == Verdict.EMPTY || verdict == Verdict.COMPACTED;
    earlier.remove(asked.ticket());
    if (!tickets.remove(asked.ticket()) || !isFetching || !isLacking) {
      return;
    }
    int noted = notes.merge(peer, asked.question().size(), Integer::sum);
    if (noted > simulation.limits().peers().lacksMax()) {
      // The core may have forgotten any of them by now.
      lacks.remove(peer);
    } else if (verdict == Verdict.EMPTY && !blocks(asked.question()).isEmpty()) {
      // Some nodes stop at the first block that they lack, so the others may exist.
      lacks.computeIfAbsent(peer, id -> new HashSet<>()).add(blocks(asked.question()).get(0));
    }
  }
}
