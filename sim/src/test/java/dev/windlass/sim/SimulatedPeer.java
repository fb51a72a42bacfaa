package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A peer that serves a chain as the network's servers do, with a given speed and one fault.
 *
 * <p>Pure. Time and randomness are arguments, and each answer has its time of arrival. Owned by one
 * thread at a time.
 */
public final class SimulatedPeer {
  /** A body with one transaction that no header commits to. */
  private static final byte[] MADE_UP_BODY = {
    (byte) 0xc4, (byte) 0xc2, (byte) 0xc1, (byte) 0x80, (byte) 0xc0
  };

  private static final byte[] NO_RLP = {(byte) 0xf8, 0x01, 0x00};
  private static final long SECOND = 1_000_000_000L;

  /** The largest message, and the pace below which a connection gives up on it. */
  private static final long DRAWL_BYTES = 10 << 20;

  private static final long DRAWL_BYTES_PER_SECOND = 8 << 10;
  private static final long SLOW_NANOS_MAX = 8_000_000_000L;
  private static final int LOSES_AT_MAX = 12;

  private final PeerId id;
  private final PeerKind kind;
  private final ServedChain chain;
  private final Repertoire repertoire;
  private final PeerTraits traits;
  private final RandomGenerator random;
  private final int losesAt;
  private int questions;
  private long sendingFromNanos;
  private long sendingUntilNanos = Long.MIN_VALUE;

  public SimulatedPeer(
      PeerId id, PeerKind kind, ServedChain chain, PeerTraits traits, RandomGenerator random) {
    this(id, kind, chain, Repertoire.of(chain), traits, random);
  }

  /** An attacker that claims the head of one chain and answers with its repertoire. */
  public SimulatedPeer(
      PeerId id,
      PeerKind kind,
      ServedChain chain,
      Repertoire repertoire,
      PeerTraits traits,
      RandomGenerator random) {
    this.id = id;
    this.kind = kind;
    this.chain = chain;
    this.repertoire = repertoire;
    this.traits = traits;
    this.random = random;
    this.losesAt =
        traits.fault() == Fault.LOSING_ONCE ? 1 + random.nextInt(LOSES_AT_MAX) : Integer.MAX_VALUE;
  }

  public PeerId id() {
    return id;
  }

  public PeerKind kind() {
    return kind;
  }

  public PeerTraits traits() {
    return traits;
  }

  public ServedChain chain() {
    return chain;
  }

  /** The bytes of an answer that arrive in each second. */
  long receivedPerSecond() {
    return traits.fault() == Fault.DRAWLING ? DRAWL_BYTES_PER_SECOND : traits.bytesPerSecond();
  }

  /** The times at which bytes of the last answer are noticed, each second until it is complete. */
  List<Long> receivingNanos() {
    List<Long> seen = new ArrayList<>();
    for (long at = sendingFromNanos + SECOND; at < sendingUntilNanos; at += SECOND) {
      seen.add(at);
    }
    return seen;
  }

  /** Answers a question with any number of answers, in the order of arrival. */
  public List<Answer> ask(Asked asked, long nowNanos) {
    Fault fault = traits.fault();
    boolean isLost = fault == Fault.LOSING && random.nextInt(4) == 0;
    questions++;
    if (fault == Fault.DRAWLING) {
      sendingFromNanos = Math.max(sendingUntilNanos, nowNanos + traits.latencyNanos());
      sendingUntilNanos = sendingFromNanos + DRAWL_BYTES / DRAWL_BYTES_PER_SECOND * SECOND;
    }
    if (fault == Fault.SILENT || fault == Fault.DRAWLING || isLost || questions == losesAt) {
      return List.of();
    }
    List<byte[]> items =
        asked.question() instanceof Question.Hashes hashes
            ? Question.Hashes.raw(hashes(hashes))
            : items(asked.question());
    Answer answer = new Answer(asked, asked.ticket(), arrival(items, nowNanos), items);
    return fault == Fault.REPEATING ? List.of(answer, answer) : List.of(answer);
  }

  private long arrival(List<byte[]> items, long nowNanos) {
    long bytes = 0;
    for (byte[] item : items) {
      bytes += item.length;
    }
    long nanos = traits.bytesPerSecond() == 0 ? 0 : bytes * SECOND / traits.bytesPerSecond();
    sendingFromNanos = Math.max(sendingUntilNanos, nowNanos + traits.latencyNanos());
    sendingUntilNanos = sendingFromNanos + nanos;
    long extra = traits.fault() == Fault.SLOW ? random.nextLong(SLOW_NANOS_MAX) : 0;
    return sendingUntilNanos + extra;
  }

  private List<Hash> hashes(Question.Hashes asked) {
    switch (traits.fault()) {
      case LYING -> {
        List<Hash> hashes = new ArrayList<>(repertoire.hashes(asked.from(), asked.size()));
        for (int i = hashes.size() / 2; i < hashes.size(); i++) {
          hashes.set(i, randomHash());
        }
        return hashes;
      }
      case FABRICATING, CROSS_ANSWERING -> {
        List<Hash> hashes = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
          hashes.add(randomHash());
        }
        return hashes;
      }
      case SPLICING -> {
        List<Hash> hashes = new ArrayList<>();
        List<Hash> real = repertoire.hashes(asked.from(), asked.size());
        for (int i = 1; i < real.size(); i += 2) {
          hashes.add(real.get(i));
        }
        return hashes;
      }
      case ONE_AT_A_TIME -> {
        return repertoire.hashes(asked.from(), 1);
      }
      case EMPTY -> {
        return List.of();
      }
      default -> {
        return repertoire.hashes(asked.from(), asked.size());
      }
    }
  }

  private Hash randomHash() {
    return Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private List<byte[]> items(Question<?> question) {
    List<byte[]> items = repertoire.answer(question);
    switch (traits.fault()) {
      case PARTIAL -> {
        return items.isEmpty() ? items : items.subList(0, 1 + random.nextInt(items.size()));
      }
      case WITH_GAPS -> {
        return question instanceof Question.Headers ? items : holey(items);
      }
      case EMPTY -> {
        return List.of();
      }
      case OVERLAPPING -> {
        return question instanceof Question.Blocks ? overlapping(items) : items;
      }
      case FABRICATING, CROSS_ANSWERING -> {
        return madeUp(question, items);
      }
      case CORRUPTING -> {
        return items.isEmpty() ? items : garbled(items);
      }
      default -> {
        return items;
      }
    }
  }

  private List<byte[]> holey(List<byte[]> items) {
    List<byte[]> left = new ArrayList<>();
    for (byte[] item : items) {
      if (random.nextInt(4) > 0) {
        left.add(item);
      }
    }
    return left;
  }

  private List<byte[]> overlapping(List<byte[]> items) {
    List<byte[]> more = new ArrayList<>(items);
    long lowest = chain.lowest().number();
    more.add(chain.rawBlock(lowest + random.nextLong(chain.head().number() - lowest + 1)));
    return more;
  }

  private static List<byte[]> garbled(List<byte[]> items) {
    List<byte[]> garbled = new ArrayList<>(items);
    garbled.set(garbled.size() - 1, NO_RLP);
    return garbled;
  }

  private static List<byte[]> madeUp(Question<?> question, List<byte[]> items) {
    List<byte[]> madeUp = new ArrayList<>(items.size());
    for (byte[] item : items) {
      if (question instanceof Question.Bodies) {
        madeUp.add(MADE_UP_BODY);
      } else if (question instanceof Question.Blocks) {
        BlockHeader header = Block.decode(item).header();
        madeUp.add(Block.of(header, MADE_UP_BODY).rawBlock());
      } else {
        byte[] changed = item.clone();
        changed[changed.length - 1] ^= 1;
        madeUp.add(changed);
      }
    }
    return madeUp;
  }
}
