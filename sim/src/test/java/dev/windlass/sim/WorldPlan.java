package dev.windlass.sim;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainShelf.Size;
import dev.windlass.sim.FollowedNode.Saying;
import dev.windlass.sim.NodeChain.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Draws the parts of a followed world. Owned by its world. */
final class WorldPlan {
  private static final long MILLIS = 1_000_000L;
  private static final long SECONDS = 1_000 * MILLIS;

  /** A ban may have to grow towards the anchor, a batch each time. */
  static final int BAD_TRIES_MAX = 8;

  /** The lies that need only a chain. */
  private static final Fault[] LIES = {
    Fault.LYING,
    Fault.SPLICING,
    Fault.ONE_AT_A_TIME,
    Fault.FABRICATING,
    Fault.CORRUPTING,
    Fault.CROSS_ANSWERING
  };

  /** Fewer than may wait, since others are added. */
  private static final int ANCHORS_MANY = 60;

  private static final int STRANGE_BLOCKS_MAX = 60;

  /**
   * An anchor that the operator names.
   *
   * @param withdrawnNanos when it is withdrawn, or 0
   */
  record Anchor(Hash hash, long atNanos, long withdrawnNanos) {}

  private final WorldKind kind;
  private final SplittableRandom random;
  private final WorldScale scale;
  private final ChainFamily family;
  private final ChainPlan course;
  private final DownloaderLimits limits;
  private final List<FollowedNode> nodes = new ArrayList<>();
  private final Map<FollowedNode, Long> arrivals = new HashMap<>();
  private final List<FollowedNode> onCourse = new ArrayList<>();
  private final List<FollowedNode> promising = new ArrayList<>();
  private final List<Anchor> anchors = new ArrayList<>();
  private final List<Hash> bad = new ArrayList<>();
  private final List<ChainMaker> strange = new ArrayList<>();
  private final List<ChainMaker> ties = new ArrayList<>();
  private final List<Hash> goodAnchors = new ArrayList<>();
  private final FollowedNode steady;
  private Hash banned;
  private int badHeads;
  private boolean hasLiars;

  WorldPlan(long seed, WorldKind kind, ChainShelf shelf, SplittableRandom random) {
    this.kind = kind;
    this.random = random;
    scale = new WorldScale(kind, random);
    family = shelf.family(scale.size(), seed);
    limits =
        scale.size() == Size.SMALL && hasAnyLimits(kind) && random.nextBoolean()
            ? new WorldLimits(random).any()
            : new WorldLimits(random).nearDefault(kind);
    course = ChainPlan.of(family.trunk(), scale.manner(), random);
    steady = addSteady();
    addOthers(shelf);
  }

  private static boolean hasAnyLimits(WorldKind kind) {
    return kind == WorldKind.FOLLOWED || kind == WorldKind.LOSSY;
  }

  private FollowedNode addSteady() {
    boolean isThin = kind == WorldKind.THIN;
    // No node of 2015 was pruned.
    boolean isOfToday = isThin || isPruned() || random.nextInt(3) > 0;
    PeerKind peerKind = isOfToday ? PeerKind.HEADER : PeerKind.HASH;
    boolean isWide = scale.size() != Size.SMALL || random.nextInt(3) > 0;
    long rate = isThin ? scale.thinRate() : isWide ? 0 : 500_000;
    if (kind == WorldKind.STALLING && random.nextBoolean()) {
      // Other heads wait for its turn.
      rate = scale.crawlingRate();
    }
    boolean isLeaving = kind == WorldKind.FOLLOWED && random.nextInt(4) == 0;
    Fault fault =
        kind == WorldKind.LOSSY ? Fault.LOSING_ONCE : isLeaving ? Fault.LEAVING : Fault.NONE;
    PeerTraits traits = new PeerTraits(scale.latency(), rate, fault);
    Range range =
        isPruned()
            ? prunedRange(peerKind)
            : new Range(0, 0, random.nextBoolean(), kind == WorldKind.BEHIND);
    NodeChain has = new NodeChain(course.first().chain(), range);
    Saying saying = anySaying();
    FollowedNode node = add(new FollowedNode(nextId(), peerKind, traits, has, saying));
    onCourse.add(node);
    return node;
  }

  /** A claim. In some worlds a branch is not higher, and only its difficulty shows it. */
  private Saying anySaying() {
    return kind == WorldKind.BRANCHING
        ? new Saying(random.nextBoolean(), true, 0)
        : Saying.any(random);
  }

  /** Hash peers are never pruned of headers. */
  private Range prunedRange(PeerKind peerKind) {
    long height = course.first().chain().head().number();
    long bodies = 1 + random.nextLong(height);
    long headers = peerKind == PeerKind.HEADER && random.nextInt(3) == 0 ? bodies : 0;
    return new Range(headers, bodies, random.nextBoolean(), false);
  }

  private PeerId nextId() {
    return PeerId.of("node" + nodes.size());
  }

  private FollowedNode add(FollowedNode node) {
    nodes.add(node);
    return node;
  }

  private void addOthers(ChainShelf shelf) {
    switch (kind) {
      case PRUNED -> addArchive();
      case PARTIAL -> addParts();
      case THIN -> addThinOthers();
      case LOSSY -> {}
      case BEHIND -> addBehind(1 + random.nextInt(4));
      case DISAGREEING -> {
        addPromisers(1 + random.nextInt(3));
        addFollowers(random.nextInt(3));
        addLiars(Math.max(0, random.nextInt(4) - 1));
      }
      case TRICKLING -> {
        addTricklers(1 + random.nextInt(2), shelf.madeUp());
        addFollowers(random.nextInt(3));
      }
      case STALLING -> {
        addTricklers(1 + random.nextInt(2), shelf.madeUp());
        addPromisers(random.nextInt(2));
        addMisnumbered(random.nextInt(3));
        addFollowers(random.nextInt(2));
      }
      case OPERATED -> {
        addFollowers(random.nextInt(3));
        addAnchors(shelf);
      }
      default -> {
        addFollowers(random.nextInt(5));
        addUntrusted(scale.size().isLarge() ? 0 : Math.max(0, random.nextInt(5) - 2));
      }
    }
  }

  private Fault honestFault() {
    Fault fault = random.nextInt(3) > 0 ? Fault.NONE : Fault.any(random);
    return fault.isHonest() ? fault : Fault.NONE;
  }

  /** Honest nodes, on the course of the steady one or on a chain that is lower at the end. */
  private void addFollowers(int count) {
    for (int i = 0; i < count; i++) {
      boolean isOnCourse = random.nextBoolean();
      boolean isTie = !isOnCourse && !scale.size().isLarge() && random.nextInt(4) == 0;
      ChainMaker chain = isOnCourse ? course.first().chain() : isTie ? tie() : lowerChain();
      NodeChain has = new NodeChain(chain, Range.ALL);
      PeerTraits traits = new PeerTraits(scale.latency(), 0, honestFault());
      PeerKind peerKind = random.nextBoolean() ? PeerKind.HEADER : PeerKind.HASH;
      FollowedNode node = add(new FollowedNode(nextId(), peerKind, traits, has, anySaying()));
      if (isOnCourse) {
        onCourse.add(node);
      }
      arrivals.put(node, random.nextInt(3) == 0 ? random.nextLong(20 * SECONDS) : 0);
    }
  }

  /** A chain whose head is lower than the last of the course. */
  private ChainMaker lowerChain() {
    long most = course.last().chain().head().number() - 1;
    ChainMaker any = family.any(random);
    return any.head().number() <= most ? any : any.upTo(random.nextLong(most + 1));
  }

  /** A branch with the same number as the course at the end. */
  private ChainMaker tie() {
    ChainMaker last = course.last().chain();
    long height = last.head().number();
    int depth = 1 + random.nextInt((int) Math.min(height, STRANGE_BLOCKS_MAX));
    ChainMaker tie = last.forkAt(height - depth, random.nextInt() | 1L << 23, depth);
    ties.add(tie);
    return tie;
  }

  /** Nodes that are behind, answer from their head on, and claim a false number. */
  private void addBehind(int count) {
    for (int i = 0; i < count; i++) {
      NodeChain has =
          new NodeChain(lowerChain(), new Range(0, 0, random.nextBoolean(), random.nextBoolean()));
      long shift = random.nextBoolean() ? 0 : random.nextInt(800) - 400;
      Saying saying = new Saying(true, false, shift);
      PeerTraits traits = PeerTraits.honest(scale.latency());
      add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, saying));
    }
  }

  /** Each serves an endless chain, with one header every few seconds or fast enough. */
  private void addTricklers(int count, ChainMaker madeUp) {
    boolean isStalling = kind == WorldKind.STALLING;
    for (int i = 0; i < count; i++) {
      NodeChain has = new NodeChain(madeUp, Range.ALL);
      PeerTraits traits = PeerTraits.honest(2 * SECONDS + random.nextLong(5 * SECONDS / 2));
      Saying saying = new Saying(true, random.nextBoolean(), 0);
      add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, saying))
          .answering(
              new Trickle(Repertoire.of(madeUp), isStalling || random.nextBoolean() ? 1 : 64));
      badHeads++;
    }
  }

  /** Nodes of a lower chain that claim a number above all others. */
  private void addMisnumbered(int count) {
    for (int i = 0; i < count; i++) {
      NodeChain has = new NodeChain(lowerChain(), Range.ALL);
      Saying saying = new Saying(true, false, 1 + random.nextInt(1_000_000));
      PeerTraits traits = PeerTraits.honest(scale.latency());
      add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, saying));
      badHeads++;
    }
  }

  /** Untrusted peers, on their own branch, which is higher than all others. */
  private void addUntrusted(int count) {
    for (int i = 0; i < count; i++) {
      ChainMaker last = course.last().chain();
      long from = random.nextLong(last.head().number());
      int blocks = (int) (last.head().number() - from) + 1 + random.nextInt(STRANGE_BLOCKS_MAX);
      ChainMaker chain = last.forkAt(from, random.nextInt() | 1L << 21, blocks);
      strange.add(chain);
      PeerTraits traits = new PeerTraits(scale.latency(), 0, honestFault());
      PeerKind peerKind = random.nextBoolean() ? PeerKind.HEADER : PeerKind.HASH;
      NodeChain has = new NodeChain(chain, Range.ALL);
      Saying saying = new Saying(random.nextBoolean(), true, 0);
      arrivals.put(
          add(new FollowedNode(nextId(), peerKind, traits, has, saying).unvouched()),
          random.nextLong(20 * SECONDS));
    }
  }

  /** Liars, which announce the heads of the steady node and answer falsely. */
  private void addLiars(int count) {
    for (int i = 0; i < count; i++) {
      Fault fault = LIES[random.nextInt(LIES.length)];
      NodeChain has = new NodeChain(course.first().chain(), Range.ALL);
      PeerTraits traits = PeerTraits.faulty(scale.latency(), fault);
      PeerKind peerKind = random.nextBoolean() ? PeerKind.HEADER : PeerKind.HASH;
      onCourse.add(add(new FollowedNode(nextId(), peerKind, traits, has, anySaying())));
      hasLiars = true;
    }
  }

  /** Nodes with a real chain that claim a head that they do not have. */
  private void addPromisers(int count) {
    for (int i = 0; i < count; i++) {
      NodeChain has = new NodeChain(lowerChain(), Range.ALL);
      PeerTraits traits = new PeerTraits(scale.latency(), 0, Fault.NONE);
      PeerKind peerKind = random.nextBoolean() ? PeerKind.HEADER : PeerKind.HASH;
      FollowedNode node = add(new FollowedNode(nextId(), peerKind, traits, has, anySaying()));
      promising.add(node);
      promise(node);
      badHeads++;
    }
  }

  /** Mostly a head that does not exist, and sometimes the steady node's last one. */
  private void promise(FollowedNode node) {
    if (random.nextInt(3) == 0) {
      BlockId last = course.last().chain().head();
      node.promising(last.hash(), last.number());
      return;
    }
    long number = course.last().chain().head().number() + 1 + random.nextInt(1_000);
    node.promising(Forgery.hashes(1, random.nextLong()).get(0), number);
  }

  /** Reconnects a dropped promiser, sometimes with another claim. */
  void comesBack(FollowedNode node) {
    if (promising.contains(node) && random.nextInt(3) == 0) {
      promise(node);
    }
  }

  private void addAnchors(ChainShelf shelf) {
    boolean areMany = random.nextInt(4) == 0;
    int count = areMany ? ANCHORS_MANY : 1 + random.nextInt(2);
    for (Hash hash : Forgery.hashes(count, random.nextLong())) {
      long at = random.nextLong(areMany ? SECONDS : 10 * SECONDS);
      boolean isWithdrawn = random.nextInt(3) == 0;
      anchors.add(new Anchor(hash, at, isWithdrawn ? at + random.nextLong(20 * SECONDS) : 0));
    }
    if (areMany) {
      addSilent();
    }
    // After one of them a head is next, however many there are.
    badHeads++;
    switch (random.nextInt(5)) {
      case 0 -> addBannedAnchor();
      case 1 -> addForeignAnchor(shelf.foreign());
      case 2 -> addGoodAnchor();
      case 3 -> addTrickledAnchor(shelf.madeUp());
      default -> {}
    }
  }

  /** Adds a silent peer, which makes every attempt at an anchor long. */
  private void addSilent() {
    PeerTraits traits = new PeerTraits(scale.latency(), 0, Fault.SILENT);
    NodeChain has = new NodeChain(lowerChain(), Range.ALL);
    add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, anySaying()));
  }

  /** An anchor of an endless chain whose headers arrive one by one. */
  private void addTrickledAnchor(ChainMaker madeUp) {
    anchors.add(new Anchor(madeUp.head().hash(), random.nextLong(10 * SECONDS), 0));
    NodeChain has = new NodeChain(madeUp, Range.ALL);
    PeerTraits traits = PeerTraits.honest(2 * SECONDS + random.nextLong(5 * SECONDS / 2));
    add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, new Saying(true, false, 0)))
        .answering(new Trickle(Repertoire.of(madeUp), 1))
        .promising(madeUp.hashAt(0), 0);
    badHeads++;
  }

  private void addGoodAnchor() {
    ChainMaker last = course.last().chain();
    Hash anchor = last.hashAt(1 + random.nextLong(last.head().number()));
    goodAnchors.add(anchor);
    long at = course.last().atNanos() + random.nextLong(10 * SECONDS);
    anchors.add(new Anchor(anchor, at, 0));
  }

  /** An anchor of a chain with another genesis. The node that has it claims no block. */
  private void addForeignAnchor(ChainMaker foreign) {
    Hash anchor = foreign.hashAt(1 + random.nextLong(foreign.head().number()));
    bad.add(anchor);
    anchors.add(new Anchor(anchor, random.nextLong(10 * SECONDS), 0));
    badHeads++;
    NodeChain has = new NodeChain(foreign, Range.ALL);
    PeerTraits traits = PeerTraits.honest(scale.latency());
    // Bare hashes would prove nothing about the root.
    add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, new Saying(true, false, 0)))
        .promising(foreign.hashAt(0), 0);
  }

  /** An anchor above a banned block. The node that has it claims a head below. */
  private void addBannedAnchor() {
    ChainMaker last = course.last().chain();
    long height = last.head().number();
    long from = random.nextLong(height);
    ChainMaker branch = last.forkAt(from, random.nextInt() | 1L << 22, 1 + random.nextInt(100));
    banned = branch.hashAt(from + 1);
    Hash anchor = branch.head().hash();
    bad.add(anchor);
    anchors.add(new Anchor(anchor, random.nextLong(10 * SECONDS), 0));
    badHeads++;
    PeerKind peerKind = random.nextBoolean() ? PeerKind.HEADER : PeerKind.HASH;
    NodeChain has = new NodeChain(branch, Range.ALL);
    Saying saying = new Saying(true, false, 0);
    PeerTraits traits = PeerTraits.honest(scale.latency());
    add(new FollowedNode(nextId(), peerKind, traits, has, saying))
        .promising(branch.hashAt(from), from);
  }

  private boolean isPruned() {
    return kind == WorldKind.PRUNED || kind == WorldKind.PARTIAL;
  }

  /**
   * A node that has the lower part, and perhaps one that has a part in the middle. Some announce
   * less than they have, or only the genesis.
   */
  private void addParts() {
    long height = course.first().chain().head().number();
    long cut = steady.has().range().bodiesFrom();
    announceRange(steady);
    long top = Math.max(1, cut - 1 + random.nextLong(height - cut + 2));
    FollowedNode lower = addPart(top, Range.ALL);
    switch (random.nextInt(4)) {
      case 0 -> lower.announcing(0, 1 + random.nextLong(top));
      case 1 -> lower.promising(family.trunk().block(0).hash(), 0);
      default -> {}
    }
    if (random.nextBoolean()) {
      long from = 1 + random.nextLong(height);
      long to = from + random.nextLong(height - from + 1);
      announceRange(addPart(to, new Range(0, from, random.nextBoolean(), false)));
    }
  }

  private FollowedNode addPart(long top, Range range) {
    NodeChain has = new NodeChain(course.first().chain().upTo(top), range);
    PeerTraits traits = PeerTraits.honest(scale.latency());
    Saying saying = new Saying(random.nextInt(4) > 0, false, 0);
    FollowedNode node = add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, saying));
    arrivals.put(node, random.nextBoolean() ? 0 : random.nextLong(60 * SECONDS));
    return node;
  }

  /** Two nodes in three announce their range. The protocols of the others do not have it. */
  private void announceRange(FollowedNode node) {
    if (random.nextInt(3) > 0) {
      Range range = node.has().range();
      node.announcing(range.headersFrom(), range.bodiesFrom());
    }
  }

  private void addArchive() {
    PeerTraits traits = PeerTraits.honest(scale.latency());
    NodeChain has = new NodeChain(course.first().chain(), Range.ALL);
    long shift = random.nextInt(3) == 0 ? random.nextInt(400) - 200 : 0;
    Saying saying = new Saying(random.nextInt(3) > 0, false, shift);
    FollowedNode node = add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, saying));
    if (random.nextInt(3) == 0) {
      node.unvouched();
    }
    onCourse.add(node);
    arrivals.put(node, random.nextLong(120 * SECONDS));
  }

  private void addThinOthers() {
    if (random.nextBoolean()) {
      return;
    }
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      NodeChain has = new NodeChain(course.first().chain(), Range.ALL);
      PeerTraits traits = new PeerTraits(scale.latency(), scale.thinRate(), Fault.NONE);
      FollowedNode node =
          add(new FollowedNode(nextId(), PeerKind.HEADER, traits, has, anySaying()));
      onCourse.add(node);
    }
  }

  ChainFamily family() {
    return family;
  }

  DownloaderLimits limits() {
    return limits;
  }

  ChainPlan course() {
    return course;
  }

  List<FollowedNode> nodes() {
    return nodes;
  }

  FollowedNode steady() {
    return steady;
  }

  boolean isOnCourse(FollowedNode node) {
    return onCourse.contains(node);
  }

  long arrivalNanos(FollowedNode node) {
    return arrivals.getOrDefault(node, 0L);
  }

  /** Branches that are as good as the course at the end. */
  List<ChainMaker> ties() {
    return ties;
  }

  /** Anchors that have to be reached. */
  List<Hash> goodAnchors() {
    return goodAnchors;
  }

  /** Whether no honest node may be dropped. */
  boolean areHonestKept() {
    return kind == WorldKind.FOLLOWED;
  }

  /** Whether nodes stall, and come back after a stall. */
  boolean hasStalls() {
    return kind == WorldKind.STALLING;
  }

  /** Whether a node lists or sends anything false, for which another may be blamed. */
  boolean hasLiars() {
    return hasLiars;
  }

  List<Anchor> anchors() {
    return anchors;
  }

  Optional<Hash> banned() {
    return Optional.ofNullable(banned);
  }

  /** When the process is killed and started again. */
  List<Long> restarts() {
    List<Long> restarts = new ArrayList<>();
    for (int i = kind == WorldKind.FOLLOWED ? random.nextInt(6) - 3 : 0; i > 0; i--) {
      restarts.add(random.nextLong(20 * SECONDS));
    }
    return restarts;
  }

  int badHeads() {
    return badHeads;
  }

  boolean isAlone() {
    return nodes.size() == 1;
  }

  /** Whether all nodes have only blocks of the last chain. */
  boolean isOneChain() {
    return isPruned() || kind == WorldKind.THIN || kind == WorldKind.LOSSY;
  }

  /** Whether links may end above headers that no connected node has. */
  boolean mayLackHeaders() {
    return kind == WorldKind.PARTIAL;
  }

  WorldScale scale() {
    return scale;
  }

  boolean isReal(Hash hash) {
    return family.isReal(hash)
        || course.has(hash)
        || ties.stream().anyMatch(chain -> chain.numberOf(hash).isPresent());
  }

  boolean isStrange(Hash hash) {
    return !isReal(hash) && strange.stream().anyMatch(chain -> chain.numberOf(hash).isPresent());
  }

  boolean hasBadAnchors() {
    return !bad.isEmpty();
  }

  /** Whether an anchor is above a banned block, or of a chain with another genesis. */
  boolean isBad(Hash anchor) {
    return bad.contains(anchor);
  }

  /** The blocks of the whole course, since fetched branches may be left again. */
  long blocks() {
    long blocks = course.last().chain().head().number();
    for (ChainPlan.Step step : course.steps()) {
      blocks = Math.max(blocks, step.chain().head().number());
    }
    return 2 * blocks;
  }

  long chainBytes() {
    ChainMaker chain = course.last().chain();
    long bytes = 0;
    for (long n = 1; n <= chain.head().number(); n++) {
      bytes += chain.rawHeader(n).length + chain.rawBody(n).length;
    }
    return bytes;
  }
}
