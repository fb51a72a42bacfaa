package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockStore;
import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.queue.QueueLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One simulation whose chain, limits, peers, faults and accidents all come from a seed.
 *
 * <p>One peer is honest, quick, has the last anchor's chain and stays: so the last haul has to end.
 * Everybody else may be anything.
 */
final class RandomWorld {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** Long beyond every deadline of the core: who is not done by then hangs. */
  private static final long DEADLINE_NANOS = 3_600 * SECONDS;

  private static final long RECONNECT_NANOS = 5 * SECONDS;

  private final SplittableRandom random;
  private final ChainFamily family;
  private final Simulation simulation;
  private final ChainMaker lastChain;
  private final Map<PeerId, SimulatedPeer> peers = new HashMap<>();
  private final Map<PeerId, ForgedFork> forgeries = new HashMap<>();

  RandomWorld(long seed, ChainFamily family, StoreMaker stores) {
    this.random = new SplittableRandom(seed);
    this.family = family;
    this.lastChain = family.any(random);
    BlockStore store = stores.make(family.trunk().block(0));
    if (random.nextInt(6) == 0) {
      family.foreign(lastChain, random).ifPresent(hash -> store.putBan(hash, "it is bad"));
    }
    this.simulation = new Simulation(limits(), store, new SplittableRandom(seed + 1));
    addInvariants();
    addPeers();
    addAnchors();
    addAccidents();
  }

  private DownloaderLimits limits() {
    QueueLimits queue =
        new QueueLimits(
            1 + random.nextInt(random.nextBoolean() ? 40 : 600),
            random.nextInt(3) == 0 ? 2_000 + random.nextInt(60_000) : 64L << 20,
            1 + random.nextInt(200),
            2 + random.nextInt(2));
    PeerLimits d = PeerLimits.DEFAULT;
    PeerLimits peerLimits =
        new PeerLimits(
            24 + random.nextInt(100),
            1 + random.nextInt(100),
            1 + random.nextInt(128),
            1 + random.nextInt(128),
            1 + random.nextInt(32),
            random.nextInt(3) == 0 ? 1 + random.nextInt(40_000) : d.bytesPerRequestMax(),
            1 + random.nextInt(4),
            d.hashTimeoutNanos(),
            d.slowNanos(),
            d.blockTimeoutNanos(),
            d.timeoutNanosMin(),
            d.lateNanosMin(),
            1 + random.nextInt(500));
    DownloaderLimits all = DownloaderLimits.DEFAULT;
    return new DownloaderLimits(
        queue,
        peerLimits,
        16,
        all.linksMax(),
        1 + random.nextInt(400),
        1 + random.nextInt(200),
        5 + random.nextInt(100),
        1 + random.nextInt(64),
        random.nextInt(3) == 0 ? 1_000 + random.nextInt(20_000) : all.insertBytesMax(),
        1 + random.nextInt(3),
        all.crossCheckNanos(),
        all.forcedCycleNanos(),
        all.peersWanted(),
        all.anchorsMax(),
        all.progressDeadlineNanos(),
        true);
  }

  private void addPeers() {
    int others = random.nextInt(7);
    int steady = random.nextInt(others + 1);
    for (int i = 0; i <= others; i++) {
      PeerId id = PeerId.of("peer" + i);
      PeerKind kind = random.nextBoolean() ? PeerKind.HASH : PeerKind.HEADER;
      boolean isSteady = i == steady;
      PeerTraits traits =
          isSteady ? PeerTraits.honest(1 + random.nextLong(100 * MILLIS)) : traits();
      ChainMaker chain = isSteady ? lastChain : family.any(random);
      if (traits.fault() == Fault.FORGING) {
        forgeries.put(id, new ForgedFork(chain, 2 + random.nextInt(150), random.nextInt(3)));
      }
      Repertoire repertoire = forgeries.get(id);
      peers.put(
          id,
          new SimulatedPeer(
              id,
              kind,
              chain,
              repertoire == null ? Repertoire.of(chain) : repertoire,
              traits,
              random.split()));
      long from = random.nextInt(3) == 0 ? random.nextLong(20 * SECONDS) : 0;
      simulation.at(from, () -> connect(id));
      if (traits.fault() == Fault.LEAVING) {
        leaveAndReturn(id);
      }
    }
    simulation.at(RECONNECT_NANOS, this::reconnect);
  }

  private PeerTraits traits() {
    long latency = random.nextLong(random.nextBoolean() ? 10 * MILLIS : 400 * MILLIS);
    long rate = random.nextInt(3) == 0 ? 20_000 + random.nextInt(2_000_000) : 0;
    Fault[] faults = Fault.values();
    Fault fault = random.nextInt(10) < 4 ? Fault.NONE : faults[random.nextInt(faults.length)];
    return new PeerTraits(latency, rate, fault);
  }

  private void connect(PeerId id) {
    if (!simulation.connected().containsKey(id) && !simulation.banned().containsKey(id)) {
      Announcement said = announcement(id);
      simulation.connect(peers.get(id), said.head(), said.number());
    }
  }

  private Announcement announcement(PeerId id) {
    ForgedFork forged = forgeries.get(id);
    var head = peers.get(id).chain().head();
    return forged == null
        ? Announcement.ofPeer(id, head.hash(), head.number())
        : Announcement.ofPeer(id, forged.head(), forged.headNumber());
  }

  /** Nodes come back when they were parted from; the network is small. */
  private void reconnect() {
    List<PeerId> ids = new ArrayList<>(simulation.dropped().keySet());
    simulation.dropped().clear();
    ids.forEach(this::connect);
    simulation.in(RECONNECT_NANOS, this::reconnect);
  }

  private void leaveAndReturn(PeerId id) {
    long leaves = random.nextLong(3 * SECONDS);
    simulation.at(leaves, () -> simulation.disconnect(id));
    simulation.at(leaves + random.nextLong(3 * SECONDS), () -> connect(id));
  }

  private void addAnchors() {
    int others = random.nextInt(3);
    for (int i = 0; i < others; i++) {
      Hash anchor = family.any(random).head().hash();
      simulation.at(random.nextLong(3 * SECONDS), () -> simulation.haul(anchor));
    }
    Hash last = lastChain.head().hash();
    simulation.at(random.nextLong(5 * SECONDS), () -> simulation.haul(last));
  }

  private void addAccidents() {
    int announcements = random.nextInt(4);
    for (int i = 0; i < announcements; i++) {
      PeerId id = PeerId.of("peer" + random.nextInt(peers.size()));
      simulation.at(
          random.nextLong(10 * SECONDS),
          () -> {
            if (simulation.connected().containsKey(id)) {
              simulation.announce(announcement(id));
            }
          });
    }
    int restarts = Math.max(0, random.nextInt(6) - 3);
    for (int i = 0; i < restarts; i++) {
      simulation.at(
          random.nextLong(3 * SECONDS),
          () -> {
            simulation.restart();
            simulation.haul(lastChain.head().hash());
          });
    }
    if (random.nextInt(8) == 0) {
      simulation.at(
          random.nextLong(2 * SECONDS),
          () -> {
            simulation.cancel();
            simulation.haul(lastChain.head().hash());
          });
    }
  }

  private void addInvariants() {
    simulation.checkInserts(this::checkInsert);
    simulation.addInvariant(
        s ->
            s.banned().keySet().stream()
                .filter(id -> peers.get(id).traits().fault().isHonest())
                .findFirst()
                .map(id -> "honest " + id + " was banned: " + s.banned().get(id)));
    simulation.addInvariant(Invariants::bounds);
    simulation.addInvariant(Invariants::idleIsEmpty);
    simulation.addInvariant(Invariants::waitingIsExplained);
    simulation.addInvariant(Invariants::linksAreUsed);
    simulation.addInvariant(Invariants::bansAreBounded);
    simulation.addInvariant(Invariants::nothingStalls);
    simulation.watch(new AskingRules(simulation));
  }

  private Optional<String> checkInsert(List<Block> run) {
    for (Block block : run) {
      if (!family.isReal(block.hash())) {
        return Optional.of("block " + block.id() + " is made up and was inserted");
      }
    }
    return Invariants.linked(run);
  }

  /** Runs to the end; what was broken, or empty. */
  String run() {
    Hash last = lastChain.head().hash();
    boolean isDone =
        simulation.runUntil(
            () ->
                simulation.done().stream()
                    .anyMatch(s -> s.origin().isEmpty() && s.anchor().equals(last)),
            DEADLINE_NANOS);
    if (!simulation.violation().isEmpty()) {
      return simulation.violation();
    }
    if (!isDone) {
      return "the last haul did not end: " + simulation.progress();
    }
    return Invariants.stored(simulation, lastChain).orElse("");
  }

  Simulation simulation() {
    return simulation;
  }

  /** Makes an empty store with this root. */
  @FunctionalInterface
  interface StoreMaker {
    BlockStore make(Block root);
  }
}
