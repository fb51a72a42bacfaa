package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.History;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random worlds with a limited history. One peer is honest and stays, and the others may have any
 * fault. The process is killed, or the power is cut, while a range is fetched and while more of it
 * is. {@code -Dwindlass.history=N} runs more of them, {@code -Dwindlass.historySeed=N} only one.
 */
class HistoryWorldTest {
  private static final int SEEDS = Integer.getInteger("windlass.history", 200);
  private static final long ONLY = Long.getLong("windlass.historySeed", -1);
  private static final long SECONDS = 1_000_000_000L;
  private static final long DEADLINE_NANOS = 7_200 * SECONDS;
  private static final ChainMaker CHAIN = ChainMaker.of(5, 500, Shape.SIGNED);
  private static final long BLOCK_BYTES =
      LongStream.rangeClosed(0, 500).map(number -> CHAIN.block(number).size()).max().orElseThrow();

  /** How often each fault, kill and kind of history was met. */
  private final Map<String, Integer> seen = new HashMap<>();

  private void forEachSeed(LongConsumer world) {
    LongStream seeds = ONLY >= 0 ? LongStream.of(ONLY) : LongStream.range(0, SEEDS);
    seeds.forEach(
        seed -> {
          try {
            world.accept(seed);
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
          }
        });
  }

  private void note(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  @Test
  void shouldStoreExactlyTheWantedRangeWhateverHappens() {
    forEachSeed(seed -> new RangeWorld(new SplittableRandom(seed)).run());
    if (ONLY < 0 && SEEDS >= 200) {
      for (History.Kind kind : History.Kind.values()) {
        assertTrue(seen.getOrDefault(kind.name(), 0) > 10, () -> kind + " of " + seen);
      }
      assertTrue(seen.get("pruned") > 10, seen::toString);
      assertTrue(seen.get("kills") > 50, seen::toString);
      assertTrue(seen.get("power cuts that lost writes") > 20, seen::toString);
    }
  }

  /** Syncs to a head with one history, and then to a higher one with another. */
  private final class RangeWorld {
    private final SplittableRandom random;
    private final CutStore store;
    private long lowest = Long.MAX_VALUE;

    RangeWorld(SplittableRandom random) {
      this.random = random;
      store = new CutStore(MemoryBlockStore::new, CHAIN.block(0));
    }

    void run() {
      long height = CHAIN.head().number();
      long tip = 1 + random.nextLong(height);
      sync(tip);
      for (int more = 0; more <= random.nextInt(2); more++) {
        tip += random.nextLong(height - tip + 1);
        sync(tip);
      }
    }

    private void sync(long tip) {
      long floor = random.nextInt(3) == 0 ? 1 : 1 + random.nextLong(tip);
      History history = history(floor, tip);
      note(history.kind().name());
      // A floor at block 1 is all history. A higher floor than the stored one changes nothing, or
      // less history is stored then.
      // A floor without a block above it may be replaced.
      lowest = store.tip().equals(store.root()) ? Long.MAX_VALUE : lowest;
      long root = Math.min(lowest, floor <= 1 ? 0 : floor);
      DownloaderLimits limits = limits(history);
      Simulation simulation = new Simulation(limits, store, random.split());
      runTo(simulation, tip, root, () -> isPruned(limits, root, floor, tip));
      lowest = store.root().number();
      note(lowest > root ? "pruned" : "not pruned");
      requireRange(lowest, tip);
    }

    /** Whether all is deleted that is not wanted, and nothing else. */
    private boolean isPruned(DownloaderLimits limits, long root, long floor, long tip) {
      long stored = store.root().number();
      if (!limits.history().isPruning()) {
        return stored == root;
      }
      int keeping = limits.prunedKeeping();
      boolean isCount = limits.history().kind() == History.Kind.BLOCKS;
      long highest = Math.min(floor - (isCount ? keeping / 16 : 0), tip - keeping);
      long apart = isCount || highest < floor ? keeping : 1;
      return stored >= root && stored <= Math.max(root, highest) && highest - stored < apart;
    }

    private History history(long floor, long tip) {
      if (floor > 1 && random.nextInt(3) == 0) {
        History counted =
            random.nextBoolean() ? History.blocks(tip - floor + 1) : History.fromNumber(floor);
        return counted.pruning();
      }
      return switch (random.nextInt(5)) {
        case 0 -> floor <= 1 ? History.ALL : History.fromNumber(floor);
        case 1 -> History.fromNumber(floor);
        case 2 -> History.fromTime(CHAIN.header(floor).timestamp());
        case 3 -> History.fromBlock(CHAIN.hashAt(floor));
        default -> History.blocks(tip - floor + 1);
      };
    }

    private DownloaderLimits limits(History history) {
      DownloaderLimits drawn =
          random.nextInt(3) == 0
              ? new WorldLimits(random).any()
              : new WorldLimits(random).nearDefault(WorldKind.ANCHORED);
      return drawn.with(
          limits -> {
            limits.followsPeers = false;
            limits.history = history;
            limits.prunedKeeping = 1 + random.nextInt(40);
          });
    }

    private void runTo(Simulation simulation, long tip, long root, BooleanSupplier isPruned) {
      simulation.runLog().trace();
      simulation.checkInserts(Invariants::linked);
      simulation.addInvariant(s -> Invariants.bounds(s, BLOCK_BYTES));
      simulation.addInvariant(Invariants::idleIsEmpty);
      simulation.addInvariant(this::isContiguous);
      simulation.addInvariant(
          s ->
              s.store().root().number() >= root || s.store().tip().equals(s.store().root())
                  ? Optional.empty()
                  : Optional.of("the root is " + s.store().root() + ", below " + root));
      connectPeers(simulation);
      Hash head = CHAIN.hashAt(tip);
      simulation.sync(head);
      int kills = random.nextInt(4);
      for (int i = 0; i < kills; i++) {
        simulation.at(random.nextLong(3 * SECONDS), () -> kill(simulation, head));
      }
      simulation.in(5 * SECONDS, () -> reconnect(simulation));
      boolean isDone =
          simulation.runUntil(
              () ->
                  store.tip().number() >= tip
                      && isPruned.getAsBoolean()
                      && store.gaps().isEmpty()
                      && simulation.now() > 3 * SECONDS
                      && simulation.downloader().isIdle(),
              DEADLINE_NANOS);
      if (!isDone) {
        int from = Math.max(0, simulation.runLog().lines().size() - 60);
        throw new AssertionError(
            simulation.runLog().violation()
                + " from "
                + store.root()
                + " to "
                + store.tip()
                + " instead of "
                + root
                + " to "
                + tip
                + "\n"
                + simulation.progress()
                + "\n"
                + String.join(
                    "\n",
                    simulation.runLog().lines().subList(from, simulation.runLog().lines().size())));
      }
    }

    private void kill(Simulation simulation, Hash head) {
      note("kills");
      if (random.nextBoolean()) {
        long before = store.lost();
        store.cut(random);
        if (store.lost() > before) {
          note("power cuts that lost writes");
        }
      }
      simulation.restart();
      simulation.sync(head);
    }

    private void connectPeers(Simulation simulation) {
      int others = random.nextInt(4);
      for (int i = 0; i <= others; i++) {
        boolean isSteady = i == 0;
        Fault fault = isSteady || random.nextBoolean() ? Fault.NONE : Fault.any(random);
        PeerKind kind = isSteady || random.nextInt(3) > 0 ? PeerKind.HEADER : PeerKind.HASH;
        PeerTraits traits = PeerTraits.faulty(1 + random.nextLong(100_000_000), fault);
        simulation.connect(
            new SimulatedPeer(PeerId.of("peer" + i), kind, CHAIN, traits, random.split()));
      }
    }

    /** The steady peer is never dropped for good. */
    private void reconnect(Simulation simulation) {
      if (!simulation.connected().containsKey(PeerId.of("peer0"))) {
        simulation.connect(
            new SimulatedPeer(
                PeerId.of("peer0"),
                PeerKind.HEADER,
                CHAIN,
                PeerTraits.honest(1_000_000),
                random.split()));
      }
      simulation.in(5 * SECONDS, () -> reconnect(simulation));
    }

    private Optional<String> isContiguous(Simulation simulation) {
      BlockStore stored = simulation.store();
      long root = stored.root().number();
      long tip = stored.tip().number();
      boolean areEndsThere =
          stored.isCanonical(stored.root())
              && stored.isCanonical(stored.tip())
              && (root == 0 || stored.canonicalHash(root - 1).isEmpty());
      return areEndsThere ? Optional.empty() : Optional.of("the range " + root + " to " + tip);
    }

    private void requireRange(long root, long tip) {
      assertEquals(CHAIN.hashAt(root), store.root().hash());
      for (long number = 0; number <= CHAIN.head().number(); number++) {
        Hash hash = CHAIN.hashAt(number);
        boolean isWanted = number >= root && number <= Math.max(tip, store.tip().number());
        assertEquals(isWanted ? Optional.of(hash) : Optional.empty(), store.canonicalHash(number));
        assertEquals(isWanted, store.known(hash).isPresent(), () -> "block " + hash);
      }
    }
  }
}
