package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A random world in which the heads of named nodes are followed. Its parts depend on its {@link
 * WorldKind}.
 *
 * <p>One node is honest, and at the end its head is the best of all honest nodes. It stays
 * connected, or reconnects. So the sync has to reach that head within {@link LivenessBound} after
 * the last event of the world.
 */
final class FollowedWorld implements SeedWorld {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** The most bytes on one thin line, relative to the chain. */
  private static final double BYTES_FACTOR = 1.2;

  private static final long BYTES_APART = 20_000;

  /** How long a world goes on after its head is reached. */
  private static final long AFTER_NANOS = 30 * SECONDS;

  /** The same if a bad anchor has to end, with time for two of its attempts. */
  private static final long BAD_ANCHOR_NANOS = 160 * SECONDS;

  /** The most blocks of a chain that a node sends whole at once. */
  private static final int SENT_MAX = 12;

  private static final int FLOOD_MAX = 150;

  /** How far above the tip a flood reaches, which is further than what is held. */
  private static final int WIDTH = 40;

  /** The same if peers stall, with time for a stall and for a part of the cool-down after it. */
  private static final long STALLING_NANOS = 260 * SECONDS;

  private final SplittableRandom random;

  /** What is sent whole is drawn apart from the rest of the world. */
  private final SplittableRandom sending;

  private final WorldPlan plan;
  private final CutStore store;
  private final Simulation simulation;
  private final Map<PeerId, FollowedNode> nodes = new LinkedHashMap<>();
  private final FollowedNode steady;
  private final ReceivedOnce received;
  private final ElectionRules elections;
  private final WeightRules weights;
  private final RangeRules ranges = new RangeRules(nodes);
  private final long reconnectNanos;
  private final LivenessBound bound;
  private final List<Hash> wantedAnchors = new ArrayList<>();
  private long quietFromNanos;

  FollowedWorld(long seed, WorldKind kind, ChainShelf shelf, RandomWorld.StoreMaker stores) {
    random = new SplittableRandom(seed ^ (long) kind.name().hashCode() << 32);
    sending = new SplittableRandom(seed ^ (long) kind.name().hashCode() << 31);
    plan = new WorldPlan(seed, kind, shelf, random);
    store = new CutStore(stores, plan.family().trunk().block(0));
    plan.banned().ifPresent(hash -> store.putBan(hash, "it is bad"));
    store.sync();
    simulation = new Simulation(plan.limits(), store, random.split());
    weights = new WeightRules(simulation);
    bound = new LivenessBound(plan.limits());
    reconnectNanos = 1 + random.nextLong(9 * SECONDS);
    received = new ReceivedOnce(simulation, plan.course().last().chain());
    addInvariants();
    plan.nodes().forEach(node -> nodes.put(node.id(), node));
    steady = plan.steady();
    nodes.values().forEach(this::addNode);
    elections =
        new ElectionRules(simulation, steady.id(), id -> nodes.get(id).said().head().hash());
    if (plan.hasStalls()) {
      simulation.watch(elections);
      simulation.addInvariant(s -> elections.look());
      simulation.at(comingBackNanos(), this::comeBack);
    }
    TurnRules turns = new TurnRules(simulation, steady.id(), () -> steady.has().head());
    simulation.watch(turns);
    simulation.addInvariant(s -> turns.areKept());
    simulation.at(reconnectNanos, this::reconnect);
    follow();
    addAccidents();
    addBound();
  }

  private void addInvariants() {
    simulation.checkInserts(this::checkInsert);
    simulation.addInvariant(this::honestStay);
    simulation.addInvariant(s -> Invariants.bounds(s, plan.scale().blockBytesMax()));
    simulation.addInvariant(Invariants::idleIsEmpty);
    if (plan.anchors().isEmpty()) {
      simulation.addInvariant(s -> weights.holds());
    }
    if (Rule.LINKS_END_WITH_BLOCKS.isOn()) {
      simulation.addInvariant(Invariants::linksAreUsed);
    }
    simulation.addInvariant(Invariants::bansAreBounded);
    simulation.watch(new AskedInVain(simulation));
    if (plan.isOneChain()) {
      simulation.watch(ranges);
    }
    AskingRules rules = new AskingRules(simulation);
    simulation.watch(rules);
    simulation.addInvariant(s -> rules.requestsAreReserved());
    if (!plan.hasLiars()) {
      simulation.watch(new AnnouncedOnce(simulation));
    }
    HeightRules heights = new HeightRules(simulation);
    simulation.watch(heights);
    simulation.addInvariant(s -> heights.areTrue());
    Reasons reasons = new Reasons(simulation, this::isAnchorWanted, this::isHeadWanted);
    simulation.watch(reasons);
    simulation.addInvariant(s -> reasons.areTrue());
    simulation.watch(new Steering());
    boolean isExcused = plan.mayLackHeaders() || !plan.isOneChain();
    if (isExcused || plan.scale().hasWideHeaders() || !Rule.HEADERS_COME_ONCE.isOn()) {
      received.excuse();
    }
    simulation.watch(received);
  }

  private void addNode(FollowedNode node) {
    long from = plan.arrivalNanos(node);
    at(from, () -> connect(node.id()));
    if (node.traits().fault() == Fault.LEAVING) {
      received.excuse();
      long leaves = from + random.nextLong(20 * SECONDS);
      at(leaves, () -> simulation.disconnect(node.id()));
      at(leaves + random.nextLong(10 * SECONDS), () -> connect(node.id()));
    } else if (node.traits().fault() != Fault.NONE) {
      received.excuse();
    }
  }

  /** Schedules an event. The world is not quiet before it. */
  private void at(long nanos, Runnable what) {
    quietFromNanos = Math.max(quietFromNanos, nanos);
    simulation.at(nanos, what);
  }

  private void connect(PeerId id) {
    if (!simulation.connected().containsKey(id) && !simulation.banned().containsKey(id)) {
      FollowedNode node = nodes.get(id);
      plan.comesBack(node);
      simulation.connect(node.line(random.split()), node.said(), node.isFollowed());
    }
  }

  /** Reconnects dropped nodes, since the network is small. */
  private void reconnect() {
    List<PeerId> ids = new ArrayList<>(simulation.dropped().keySet());
    simulation.dropped().clear();
    ids.forEach(this::connect);
    simulation.in(reconnectNanos, this::reconnect);
  }

  private long comingBackNanos() {
    return 20 * SECONDS + random.nextLong(300 * SECONDS);
  }

  /** All nodes but the steady one leave and come back at once. */
  private void comeBack() {
    for (PeerId id : List.copyOf(simulation.connected().keySet())) {
      if (!id.equals(steady.id())) {
        simulation.disconnect(id);
        connect(id);
      }
    }
    simulation.in(comingBackNanos(), this::comeBack);
  }

  /** Gives the steps of the course to its nodes, each a little later. They announce them. */
  private void follow() {
    for (FollowedNode node : nodes.values()) {
      if (plan.isOnCourse(node)) {
        long behind = node == steady ? 0 : random.nextLong(3 * SECONDS);
        for (ChainPlan.Step step : plan.course().steps()) {
          if (step.atNanos() > 0) {
            boolean isWhole = random.nextInt(3) == 0;
            at(step.atNanos() + behind, () -> takeStep(node, step, isWhole));
          }
        }
      }
    }
  }

  private void takeStep(FollowedNode node, ChainPlan.Step step, boolean isWhole) {
    long before = node.has().head().number();
    boolean isGrown =
        step.chain()
            .hashAt(Math.min(before, step.chain().head().number()))
            .equals(node.has().head().hash());
    if (!isGrown) {
      node.branched();
    }
    node.has().set(step.chain());
    if (!simulation.connected().containsKey(node.id())) {
      return;
    }
    if (isWhole) {
      send(node, step.chain());
    } else {
      simulation.announce(node.said());
    }
  }

  /** Sends the newest block of a chain whole, or some of the newest ones in any order. */
  private void send(FollowedNode node, ChainMaker chain) {
    long head = chain.head().number();
    if (sending.nextBoolean()) {
      simulation.announce(node.said(), chain.block(head));
      return;
    }
    List<Long> numbers = new ArrayList<>();
    for (long number = head; number > Math.max(0, head - SENT_MAX); number--) {
      if (number == head || sending.nextInt(4) > 0) {
        numbers.add(sending.nextInt(numbers.size() + 1), number);
      }
    }
    for (long number : numbers) {
      if (simulation.connected().containsKey(node.id())) {
        simulation.announce(node.sends(chain.block(number)), chain.block(number));
      }
    }
  }

  /** A node sends blocks near the tip that stand on nothing. */
  private void flood(FollowedNode node) {
    for (int i = sending.nextInt(FLOOD_MAX); i > 0; i--) {
      if (simulation.connected().containsKey(node.id())) {
        long number = simulation.store().tip().number() + 1 + sending.nextInt(WIDTH);
        Hash parent = Forgery.hashes(1, sending.nextLong()).get(0);
        Block orphan = Forgery.block(number, parent, sending.nextLong());
        simulation.announce(node.sends(orphan), orphan);
      }
    }
  }

  private void addAccidents() {
    for (WorldPlan.Anchor anchor : plan.anchors()) {
      at(anchor.atNanos(), () -> name(anchor));
      if (anchor.withdrawnNanos() > 0) {
        at(anchor.withdrawnNanos(), () -> withdraw(anchor));
      }
    }
    for (long restart : plan.restarts()) {
      received.excuse();
      boolean isCut = random.nextBoolean();
      at(restart, () -> restart(isCut));
    }
    for (FollowedNode node : nodes.values()) {
      if (!node.isHonest() || !node.isFollowed()) {
        at(sending.nextLong(20 * SECONDS), () -> flood(node));
      }
      if (!node.isFollowed()) {
        for (int i = random.nextInt(5); i > 0; i--) {
          at(random.nextLong(30 * SECONDS), () -> intrude(node));
        }
      }
    }
  }

  private void name(WorldPlan.Anchor anchor) {
    wantedAnchors.add(anchor.hash());
    simulation.sync(anchor.hash());
  }

  private void withdraw(WorldPlan.Anchor anchor) {
    wantedAnchors.remove(anchor.hash());
    simulation.withdraw(anchor.hash());
  }

  /**
   * @param isCut whether the power is cut, and not only the process killed
   */
  private void restart(boolean isCut) {
    if (isCut) {
      store.cut(random);
      weights.lookAgain();
    }
    simulation.restart(peer -> connect(peer.id()));
    List.copyOf(wantedAnchors).forEach(simulation::sync);
  }

  /** An untrusted peer claims a new head, and announces its own block near the tip. */
  private void intrude(FollowedNode node) {
    if (simulation.connected().containsKey(node.id())) {
      simulation.announce(node.said());
      ChainMaker chain = node.has().chain();
      long near = simulation.store().tip().number() + 1;
      long number = Math.min(near, chain.head().number());
      simulation.announce(node.said(chain.block(number).id()), chain.block(number));
    }
  }

  private void addBound() {
    PeerTraits traits = steady.traits();
    bound.chain(plan.blocks(), plan.chainBytes(), traits);
    bound.badHeads(plan.badHeads());
    bound.badPeers(nodes.size() - 1 + (traits.fault() == Fault.NONE ? 0 : 4));
  }

  private Hash goal() {
    return plan.course().last().chain().head().hash();
  }

  private boolean isReached() {
    boolean isHead =
        isStored(goal()) || plan.ties().stream().anyMatch(tie -> isStored(tie.head().hash()));
    return isHead && plan.goodAnchors().stream().allMatch(this::isStored);
  }

  private boolean isStored(Hash hash) {
    return simulation.store().known(hash).isPresent();
  }

  private boolean isAnchorWanted() {
    return wantedAnchors.stream().anyMatch(anchor -> !plan.isBad(anchor) && !isStored(anchor));
  }

  /** Whether the head of the steady node has to be fetched. */
  private boolean isHeadWanted() {
    var head = steady.has().head();
    return simulation.connected().containsKey(steady.id())
        && head.number() > simulation.store().tip().number()
        && !(plan.mayLackHeaders() && isTipClaimed())
        && simulation.store().known(head.hash()).isEmpty();
  }

  /** Whether another node claims the tip. Beside it, heads that failed are doubted. */
  private boolean isTipClaimed() {
    Hash tip = simulation.store().tip().hash();
    return simulation.connected().keySet().stream()
        .anyMatch(id -> !id.equals(steady.id()) && nodes.get(id).said().head().hash().equals(tip));
  }

  /** Runs to the end. Returns the violation, or an empty text. */
  @Override
  public String run() {
    long deadline = quietFromNanos + bound.nanos();
    boolean isDone =
        simulation.runUntil(() -> simulation.now() >= quietFromNanos && isReached(), deadline);
    if (!simulation.runLog().violation().isEmpty()) {
      return simulation.runLog().violation();
    }
    if (!isDone) {
      return "the head of "
          + steady.id()
          + " was not reached in "
          + bound.nanos() / SECONDS
          + " s: "
          + simulation.progress();
    }
    // Gaps are filled too, once a peer that has the blocks is connected.
    simulation.runUntil(
        () -> simulation.store().gaps().isEmpty(), simulation.now() + bound.nanos());
    long after =
        plan.hasStalls() ? STALLING_NANOS : plan.hasBadAnchors() ? BAD_ANCHOR_NANOS : AFTER_NANOS;
    simulation.runUntil(() -> false, simulation.now() + after);
    if (!simulation.runLog().violation().isEmpty()) {
      return simulation.runLog().violation();
    }
    return judgeEnd();
  }

  private String judgeEnd() {
    long bytesMax = (long) (BYTES_FACTOR * plan.chainBytes()) + BYTES_APART;
    if (Rule.BYTES_COME_ONCE.isOn()
        && plan.isAlone()
        && plan.isOneChain()
        // A node of 2015 does not claim the number of its head, so known hashes are fetched again.
        && steady.kind() == PeerKind.HEADER
        && received.bytes() > bytesMax) {
      return received.bytes() + " bytes came of a chain of " + plan.chainBytes();
    }
    ChainMaker last = plan.course().last().chain();
    BigInteger weight = weight(last);
    boolean isBest =
        plan.course().steps().stream()
            .allMatch(step -> step.chain() == last || weight(step.chain()).compareTo(weight) < 0);
    boolean isAnchored = !plan.goodAnchors().isEmpty() || !plan.ties().isEmpty();
    return isBest && !isAnchored ? Invariants.stored(simulation, last).orElse("") : "";
  }

  private static BigInteger weight(ChainMaker chain) {
    return chain.totalDifficulty(chain.head().number());
  }

  private Optional<String> honestStay(Simulation s) {
    for (Map.Entry<PeerId, String> banned : s.banned().entrySet()) {
      if (nodes.get(banned.getKey()).isHonest()) {
        return Optional.of("honest " + banned.getKey() + " was banned: " + banned.getValue());
      }
    }
    boolean isJudged = Rule.HONEST_STAY.isOn() || plan.areHonestKept();
    if (!isJudged || plan.hasLiars()) {
      return Optional.empty();
    }
    for (Map.Entry<PeerId, SyncError> dropped : s.dropped().entrySet()) {
      FollowedNode node = nodes.get(dropped.getKey());
      Fault fault = node.traits().fault();
      boolean isFaultless = node.isHonest() && (fault == Fault.NONE || fault == Fault.LOSING_ONCE);
      // A node on another branch has lost the head that it claimed before.
      if (isFaultless && !node.hasBranched()) {
        return Optional.of("honest " + node.id() + " was dropped: " + dropped.getValue());
      }
    }
    return Optional.empty();
  }

  private Optional<String> checkInsert(List<Block> run) {
    Map<Hash, String> bans = simulation.downloader().bans();
    for (Block block : run) {
      if (bans.containsKey(block.hash())) {
        return Optional.of("block " + block.id() + " is banned and was inserted");
      }
      if (!plan.isReal(block.hash())) {
        return Optional.of("block " + block.id() + " is made up and was inserted");
      }
    }
    return Invariants.linked(run);
  }

  @Override
  public Simulation simulation() {
    return simulation;
  }

  @Override
  public Map<String, Long> seen() {
    long announced =
        simulation.done().stream().filter(sync -> sync.links() == 0 && sync.blocks() > 0).count();
    return Map.of(
        "heads followed",
        simulation.done().stream().filter(sync -> sync.origin().isPresent()).count(),
        "announced blocks taken",
        announced,
        "stalls of a head's peer",
        elections.stalls(),
        "writes lost in power cuts",
        store.lost(),
        "bodies asked for beyond a range",
        ranges.triedInAll());
  }

  /** Checks that each sync is for the head of a followed node or for an operator's anchor. */
  private final class Steering implements Watcher {
    private final Map<Hash, Integer> attempts = new LinkedHashMap<>();

    @Override
    public Optional<String> started(Hash anchor, Optional<PeerId> origin) {
      int tried = attempts.merge(anchor, 1, Integer::sum);
      if (origin.isPresent()) {
        return nodes.get(origin.get()).isFollowed() && !plan.isStrange(anchor)
            ? Optional.empty()
            : Optional.of("an untrusted peer steers: " + origin.get() + " to " + anchor);
      }
      if (!wantedAnchors.contains(anchor) && Rule.WITHDRAWN_IS_LEFT.isOn()) {
        return Optional.of("the anchor " + anchor + " was withdrawn");
      }
      return Rule.BAD_ANCHORS_END.isOn() && plan.isBad(anchor) && tried > WorldPlan.BAD_TRIES_MAX
          ? Optional.of("the bad anchor " + anchor + " is tried for the " + tried + "th time")
          : Optional.empty();
    }
  }
}
