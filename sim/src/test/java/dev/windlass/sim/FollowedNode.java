package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Wanted.Item;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** A node of a followed world, with its chain, its claims and its behaviour. Owned by its world. */
final class FollowedNode {
  /**
   * What a node claims of its head.
   *
   * @param number whether it claims the number
   * @param difficulty whether it claims the total difficulty
   * @param shift the error of its number
   */
  record Saying(boolean number, boolean difficulty, long shift) {
    static Saying any(RandomGenerator random) {
      return new Saying(random.nextInt(3) > 0, random.nextBoolean(), 0);
    }
  }

  private final PeerId id;
  private final PeerKind kind;
  private final PeerTraits traits;
  private final NodeChain has;
  private final Saying saying;
  private Repertoire repertoire;
  private boolean isFollowed = true;
  private Hash promised;
  private long promisedNumber;
  private boolean hasBranched;
  private OptionalLong firstHeader = OptionalLong.empty();
  private OptionalLong firstBody = OptionalLong.empty();

  FollowedNode(PeerId id, PeerKind kind, PeerTraits traits, NodeChain has, Saying saying) {
    this.id = id;
    this.kind = kind;
    this.traits = traits;
    this.has = has;
    this.saying = saying;
    this.repertoire = has;
  }

  /** Makes it answer with this instead of its chain. */
  FollowedNode answering(Repertoire other) {
    repertoire = other;
    return this;
  }

  /** Makes it an untrusted peer. */
  FollowedNode unvouched() {
    isFollowed = false;
    return this;
  }

  /** Makes it claim another head. */
  FollowedNode promising(Hash head, long number) {
    promised = head;
    promisedNumber = number;
    return this;
  }

  /** Makes it announce the lowest header and the lowest body that it serves. */
  FollowedNode announcing(long header, long body) {
    firstHeader = OptionalLong.of(header);
    firstBody = OptionalLong.of(body);
    return this;
  }

  /** Whether it announces to have no body as low as this number. */
  boolean isBelow(long number) {
    return number < firstBody.orElse(0);
  }

  /** Whether it announces a lower head than this number. */
  boolean isAbove(long number) {
    Head head = said().head();
    return head.number() >= 0 && saying.shift == 0 && number > head.number();
  }

  PeerId id() {
    return id;
  }

  PeerKind kind() {
    return kind;
  }

  PeerTraits traits() {
    return traits;
  }

  NodeChain has() {
    return has;
  }

  boolean isFollowed() {
    return isFollowed;
  }

  /** Whether all its claims are true. */
  boolean isHonest() {
    return traits.fault().isHonest()
        && repertoire == has
        && (promised == null || has.chain().numberOf(promised).isPresent());
  }

  /** Notes that it is on another branch, and has lost the head that it claimed before. */
  void branched() {
    hasBranched = true;
  }

  boolean hasBranched() {
    return hasBranched;
  }

  /** Its claim. */
  Announcement said() {
    BlockId head = promised == null ? has.head() : new BlockId(promisedNumber, promised);
    return said(head);
  }

  Announcement said(BlockId head) {
    BigInteger difficulty =
        promised == null
            ? has.totalDifficulty()
            : has.totalDifficulty().multiply(BigInteger.valueOf(1_000));
    Announcement said =
        Announcement.ofPeer(
            id,
            new Head(
                head.hash(),
                saying.number ? Math.max(0, head.number() + saying.shift) : Head.NUMBER_UNKNOWN,
                saying.difficulty ? Optional.of(difficulty) : Optional.empty()));
    if (firstBody.isEmpty()) {
      return said;
    }
    return said.servingFrom(Item.HEADER, firstHeader.getAsLong())
        .servingFrom(Item.BLOCK, firstBody.getAsLong());
  }

  /** The announcement of a whole block, which always has its number and a total difficulty. */
  Announcement sends(Block block) {
    return Announcement.ofPeer(id, Head.of(block, has.totalDifficultyOf(block.number())));
  }

  /** Makes a new connection with an empty line. */
  SimulatedPeer line(RandomGenerator random) {
    return new SimulatedPeer(id, kind, has.chain(), repertoire, traits, random);
  }
}
