package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.Trust;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A simulation whose chain, limits, peers, faults and accidents come from a seed. One world in
 * eight is calm. All its peers are honest except for one or two silent ones, and blocks have to
 * arrive in time.
 *
 * <p>One peer is honest and quick, has the chain of the last anchor, and stays. So the last sync
 * has to end. The other peers may have any fault.
 */
final class RandomWorld implements SeedWorld {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** Far beyond every deadline of the core. A sync that is not done by then hangs. */
  private static final long FILL_NANOS_MAX = 300 * SECONDS;

  private static final long DEADLINE_NANOS = 3_600 * SECONDS;

  private static final long RECONNECT_NANOS = 5 * SECONDS;

  /** The bound of a calm world, a fraction of the nine seconds of a lost request. */
  private static final long CALM_NANOS_MAX = 5 * SECONDS;

  private enum Mood {
    /** All peers may have any fault. */
    WILD,
    /** All are honest except for one or two silent ones, and blocks have to arrive in time. */
    CALM,
    /**
     * Silent peers make every attempt long, and two anchors that no peer has are tried for ever.
     */
    BESIEGED
  }

  private final SplittableRandom random;

  /** What happens after the last sync is drawn apart from the rest of the world. */
  private final SplittableRandom afterwards;

  private final Mood mood;
  private final ChainFamily family;
  private final Simulation simulation;
  private final ChainMaker lastChain;
  private final List<BlockId> checkpoints;

  /** Whether the operator bans a stored block before each restart. */
  private final boolean isBanning;

  private final List<Hash> banned = new ArrayList<>();
  private long blocksFromNanos = Long.MAX_VALUE;
  private boolean isLastNamed;
  private boolean wasIdleInPause;
  private long restartsInPauses;
  private long bansEnded;
  private final Map<PeerId, SimulatedPeer> peers = new HashMap<>();
  private final Map<PeerId, ForgedFork> forgeries = new HashMap<>();

  RandomWorld(long seed, ChainFamily family, StoreMaker stores) {
    this.random = new SplittableRandom(seed);
    this.afterwards = new SplittableRandom(seed + 4);
    int drawn = random.nextInt(16);
    this.mood = drawn < 2 ? Mood.CALM : drawn < 3 ? Mood.BESIEGED : Mood.WILD;
    this.family = family;
    this.lastChain = family.any(random);
    BlockStore store = stores.make(family.trunk().block(0));
    if (random.nextInt(6) == 0) {
      family.foreign(lastChain, random).ifPresent(hash -> store.putBan(hash, "it is bad"));
    }
    this.checkpoints = drawCheckpoints(new SplittableRandom(seed + 2));
    this.isBanning = new SplittableRandom(seed + 4).nextInt(2) == 0;
    this.simulation =
        new Simulation(limits(), store, new Trust(checkpoints), new SplittableRandom(seed + 1));
    addInvariants();
    addPeers();
    if (isTruthful()) {
      simulation.addInvariant(Invariants::truthIsBelieved);
    }
    addAnchors();
    if (mood == Mood.WILD) {
      addAccidents();
      addPauses(new SplittableRandom(seed + 3));
    }
  }

  /** One wild world in three has one or two. They are on the last chain. */
  private List<BlockId> drawCheckpoints(SplittableRandom drawn) {
    List<BlockId> all = new ArrayList<>();
    if (mood == Mood.WILD && drawn.nextInt(3) == 0) {
      for (int i = 0; i <= drawn.nextInt(2); i++) {
        long number = 1 + drawn.nextLong(lastChain.head().number());
        all.add(new BlockId(number, lastChain.hashAt(number)));
      }
    }
    return all;
  }

  private boolean contradictsCheckpoint(PeerId id) {
    ServedChain chain = peers.get(id).chain();
    return checkpoints.stream()
        .anyMatch(
            checkpoint ->
                checkpoint.number() > chain.head().number()
                    || !chain.hashAt(checkpoint.number()).equals(checkpoint.hash()));
  }

  private Optional<String> passesCheckpoints(Simulation s) {
    BlockStore store = s.store();
    return checkpoints.stream()
        .filter(checkpoint -> checkpoint.number() <= store.tip().number())
        .filter(
            checkpoint ->
                !store.canonicalHash(checkpoint.number()).equals(Optional.of(checkpoint.hash())))
        .findFirst()
        .map(checkpoint -> "the stored chain contradicts checkpoint " + checkpoint);
  }

  private DownloaderLimits limits() {
    WorldLimits draws = new WorldLimits(random);
    return mood == Mood.WILD ? draws.any() : draws.nearDefault(WorldKind.ANCHORED);
  }

  private void addPeers() {
    int others = mood == Mood.WILD ? random.nextInt(7) : 3 + random.nextInt(4);
    int steady = random.nextInt(others + 1);
    for (int i = 0; i <= others; i++) {
      PeerId id = PeerId.of("peer" + i);
      PeerKind kind =
          mood == Mood.BESIEGED || random.nextBoolean() ? PeerKind.HASH : PeerKind.HEADER;
      boolean isSteady = i == steady;
      PeerTraits traits =
          isSteady ? PeerTraits.honest(1 + random.nextLong(100 * MILLIS)) : traits(i);
      ChainMaker chain = isSteady || mood != Mood.WILD ? lastChain : family.any(random);
      Repertoire repertoire = repertoire(id, chain, traits.fault());
      peers.put(id, new SimulatedPeer(id, kind, chain, repertoire, traits, random.split()));
      long from = mood == Mood.WILD && random.nextInt(3) == 0 ? random.nextLong(20 * SECONDS) : 0;
      simulation.at(from, () -> connect(id));
      if (traits.fault() == Fault.LEAVING) {
        leaveAndReturn(id);
      }
    }
    simulation.at(RECONNECT_NANOS, this::reconnect);
  }

  private Repertoire repertoire(PeerId id, ChainMaker chain, Fault fault) {
    if (fault == Fault.FORGING) {
      ForgedFork forged = new ForgedFork(chain, 2 + random.nextInt(150), random.nextInt(3));
      forgeries.put(id, forged);
      return forged;
    }
    return fault == Fault.MIXING ? family.mixed(chain, random) : Repertoire.of(chain);
  }

  private PeerTraits traits(int peer) {
    if (mood != Mood.WILD) {
      int silent = mood == Mood.CALM ? 2 : 4;
      long near = 1 + random.nextLong(50 * MILLIS);
      return PeerTraits.faulty(near, peer < silent ? Fault.SILENT : Fault.NONE);
    }
    long latency = random.nextLong(random.nextBoolean() ? 10 * MILLIS : 400 * MILLIS);
    long rate = random.nextInt(3) == 0 ? 20_000 + random.nextInt(2_000_000) : 0;
    Fault fault = random.nextInt(10) < 4 ? Fault.NONE : Fault.any(random);
    return new PeerTraits(latency, rate, fault);
  }

  private void connect(PeerId id) {
    if (!simulation.connected().containsKey(id) && !simulation.banned().containsKey(id)) {
      Announcement said = announcement(id);
      simulation.connect(peers.get(id), said.head().hash(), said.head().number());
    }
  }

  private Announcement announcement(PeerId id) {
    ForgedFork forged = forgeries.get(id);
    var head = peers.get(id).chain().head();
    return forged == null
        ? Announcement.ofPeer(id, head.hash(), head.number())
        : Announcement.ofPeer(id, forged.head(), forged.headNumber());
  }

  /** Reconnects dropped nodes, since the network is small. */
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
    if (mood == Mood.BESIEGED) {
      Forgery.hashes(2, random.nextLong()).forEach(simulation::sync);
    }
    int others = mood == Mood.WILD ? random.nextInt(3) : 0;
    for (int i = 0; i < others; i++) {
      Hash anchor = family.any(random).head().hash();
      simulation.at(random.nextLong(3 * SECONDS), () -> simulation.sync(anchor));
    }
    Hash last = lastChain.head().hash();
    simulation.at(
        random.nextLong(5 * SECONDS),
        () -> {
          isLastNamed = true;
          simulation.sync(last);
        });
  }

  private boolean isAnchorWanted() {
    return isLastNamed && simulation.store().known(lastChain.head().hash()).isEmpty();
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
            restartsInPauses += simulation.isPaused() ? 1 : 0;
            if (isBanning) {
              banStored();
            }
            simulation.restart();
            simulation.sync(lastChain.head().hash());
          });
    }
    if (random.nextInt(8) == 0) {
      simulation.at(
          random.nextLong(2 * SECONDS),
          () -> {
            simulation.cancel();
            simulation.sync(lastChain.head().hash());
          });
    }
  }

  /** The operator bans the lowest stored block that is not on the last chain, if there is one. */
  private void banStored() {
    BlockStore store = simulation.store();
    for (long number = 1; number <= store.tip().number(); number++) {
      Hash hash = store.canonicalHash(number).orElseThrow();
      if (lastChain.numberOf(hash).isEmpty()) {
        store.putBan(hash, "it is bad");
        banned.add(hash);
        return;
      }
    }
  }

  /** No block is stored while it is banned. */
  private Optional<String> bansHold(Simulation s) {
    BlockStore store = s.store();
    return banned.stream()
        .filter(hash -> store.banOf(hash).isPresent() && store.known(hash).isPresent())
        .findFirst()
        .map(hash -> "block " + hash + " is banned and stored");
  }

  /** One wild world in three has one or two, some of which end early. */
  private void addPauses(SplittableRandom drawn) {
    if (drawn.nextInt(3) > 0) {
      return;
    }
    for (int i = 0; i <= drawn.nextInt(2); i++) {
      long from = drawn.nextLong(5 * SECONDS);
      long length = 1 + drawn.nextLong(30 * SECONDS);
      simulation.at(from, () -> simulation.pause(length));
      if (drawn.nextBoolean()) {
        simulation.at(from + drawn.nextLong(length), simulation::resume);
      }
    }
  }

  /** In a pause no sync starts. */
  private Optional<String> restsInAPause(Simulation s) {
    boolean isIdle = s.downloader().isIdle();
    boolean hasStarted = s.isPaused() && wasIdleInPause && !isIdle;
    wasIdleInPause = s.isPaused() && isIdle;
    return hasStarted ? Optional.of("a sync started in a pause") : Optional.empty();
  }

  private void addInvariants() {
    simulation.checkInserts(this::checkInsert);
    simulation.addInvariant(
        s ->
            s.banned().keySet().stream()
                .filter(id -> peers.get(id).traits().fault().isHonest())
                .filter(id -> !contradictsCheckpoint(id))
                .findFirst()
                .map(id -> "honest " + id + " was banned: " + s.banned().get(id)));
    simulation.addInvariant(this::passesCheckpoints);
    simulation.addInvariant(this::restsInAPause);
    simulation.addInvariant(this::bansHold);
    simulation.addInvariant(this::watchPhase);
    simulation.addInvariant(Invariants::bounds);
    simulation.addInvariant(Invariants::idleIsEmpty);
    Reasons reasons = new Reasons(simulation, this::isAnchorWanted, () -> false);
    simulation.watch(reasons);
    simulation.addInvariant(s -> reasons.areTrue());
    simulation.addInvariant(Invariants::linksAreUsed);
    simulation.addInvariant(Invariants::bansAreBounded);
    simulation.watch(new AskedInVain(simulation));
    AskingRules rules = new AskingRules(simulation);
    simulation.watch(rules);
    simulation.addInvariant(s -> rules.requestsAreReserved());
    simulation.addInvariant(s -> Invariants.nothingStalls(s, rules));
  }

  private boolean isTruthful() {
    return checkpoints.isEmpty()
        && !isBanning
        && simulation.store().bans().isEmpty()
        && peers.values().stream().allMatch(peer -> peer.traits().fault().isHonest());
  }

  private Optional<String> checkInsert(List<Block> run) {
    Map<Hash, String> bans = simulation.downloader().bans();
    for (Block block : run) {
      if (bans.containsKey(block.hash())) {
        return Optional.of("block " + block.id() + " is banned and was inserted");
      }
      if (!family.isReal(block.hash())) {
        return Optional.of("block " + block.id() + " is made up and was inserted");
      }
    }
    return Invariants.linked(run);
  }

  @Override
  public String run() {
    Hash last = lastChain.head().hash();
    boolean isDone =
        simulation.runUntil(
            () ->
                simulation.done().stream()
                    .anyMatch(s -> s.origin().isEmpty() && s.anchor().equals(last)),
            DEADLINE_NANOS);
    if (!simulation.runLog().violation().isEmpty()) {
      return simulation.runLog().violation();
    }
    if (!isDone) {
      return "the last sync did not end: " + simulation.progress();
    }
    long fetched = simulation.now() - blocksFromNanos;
    if (mood == Mood.CALM && fetched > CALM_NANOS_MAX) {
      return "blocks took " + fetched / MILLIS + " ms though only one or two peers are silent";
    }
    // Gaps are filled once the steady peer is connected.
    simulation.runUntil(
        () -> simulation.store().gaps().isEmpty(), simulation.now() + FILL_NANOS_MAX);
    if (simulation.runLog().isViolated()) {
      return simulation.runLog().violation();
    }
    Optional<String> wrong = Invariants.stored(simulation, lastChain);
    if (wrong.isEmpty()
        && mood == Mood.WILD
        && !simulation.banned().isEmpty()
        && afterwards.nextInt(8) == 0) {
      endBans();
    }
    return wrong.orElseGet(simulation.runLog()::violation);
  }

  /** The banned peers come back after a day. Half of the time the process starts again before. */
  private void endBans() {
    boolean isRestarted = afterwards.nextBoolean();
    List<PeerId> banned = List.copyOf(simulation.banned().keySet());
    long ban = simulation.limits().banNanos() + SECONDS;
    simulation.runUntil(() -> false, simulation.now() + ban);
    simulation.banned().clear();
    simulation.dropped().clear();
    if (isRestarted) {
      simulation.restart();
    }
    for (PeerId id : banned) {
      connect(id);
      boolean isDropped = simulation.dropped().containsKey(id) && !isHeadBanned(id);
      if (isDropped || simulation.banned().containsKey(id)) {
        simulation.runLog().violate(id + " is refused, though its ban has ended");
      }
      bansEnded++;
    }
    simulation.runUntil(() -> false, simulation.now() + FILL_NANOS_MAX);
  }

  /** Whether the head that a peer claims is a banned block. Then it is refused as long as that. */
  private boolean isHeadBanned(PeerId id) {
    return simulation.downloader().bans().containsKey(peers.get(id).chain().head().hash());
  }

  @Override
  public Map<String, Long> seen() {
    return Map.of("restarts in pauses", restartsInPauses, "bans ended", bansEnded);
  }

  /** Notes when blocks were first fetched. */
  private Optional<String> watchPhase(Simulation s) {
    if (mood == Mood.CALM && blocksFromNanos == Long.MAX_VALUE) {
      boolean isFetching = s.progress().phase() == Progress.Phase.FETCHING_BLOCKS;
      blocksFromNanos = isFetching ? s.now() : Long.MAX_VALUE;
    }
    return Optional.empty();
  }

  @Override
  public Simulation simulation() {
    return simulation;
  }

  /** Makes an empty store with this root. */
  @FunctionalInterface
  interface StoreMaker {
    BlockStore make(Block root);
  }
}
