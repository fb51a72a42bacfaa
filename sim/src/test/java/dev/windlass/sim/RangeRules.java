package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Announcement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that no node is asked twice for bodies that it announced not to have, unless it has served
 * such a body. It may be tried out once at each end of its range, and again once it has announced
 * another one.
 */
final class RangeRules implements Watcher {
  private static final int ENDS = 2;

  private final Map<PeerId, FollowedNode> nodes;
  private final Map<PeerId, Announcement> said = new HashMap<>();
  private final Map<PeerId, Integer> tries = new HashMap<>();
  private final Map<PeerId, Long> highestHeader = new HashMap<>();

  /** The highest body above its announcement that a node may have, since it has served one. */
  private final Map<PeerId, Long> above = new HashMap<>();

  /** The same below its announcement. */
  private final Map<PeerId, Long> below = new HashMap<>();

  private long triedInAll;

  RangeRules(Map<PeerId, FollowedNode> nodes) {
    this.nodes = nodes;
  }

  /** How often a node was asked for bodies beyond its range. */
  long triedInAll() {
    return triedInAll;
  }

  @Override
  public void connected(PeerId peer) {
    said.put(peer, nodes.get(peer).said());
    tries.remove(peer);
    above.remove(peer);
    below.remove(peer);
    highestHeader.remove(peer);
  }

  @Override
  public void announced(PeerId peer) {
    Announcement now = nodes.get(peer).said();
    if (!now.equals(said.put(peer, now))) {
      tries.remove(peer);
    }
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    if (!isBeyond(peer, asked.question())) {
      return Optional.empty();
    }
    triedInAll++;
    return tries.merge(peer, 1, Integer::sum) <= ENDS
        ? Optional.empty()
        : Optional.of(peer + " is asked again for bodies beyond its range, " + said.get(peer));
  }

  private boolean isBeyond(PeerId peer, Question<?> question) {
    return question instanceof Question.Bodies bodies
        && bodies.headers().stream()
            .mapToLong(BlockHeader::number)
            .anyMatch(number -> isBeyond(peer, number));
  }

  /** A node that serves a header probably has the body too, unless it announced a cut above. */
  private boolean isBeyond(PeerId peer, long number) {
    FollowedNode node = nodes.get(peer);
    return (node.isBelow(number) && number > below.getOrDefault(peer, -1L))
        || (node.isAbove(number)
            && number > highestHeader.getOrDefault(peer, -1L)
            && number > above.getOrDefault(peer, -1L));
  }

  @Override
  public void received(PeerId peer, Asked asked, Delivery<?> delivery) {
    for (Object item : delivery.items()) {
      if (item instanceof BlockHeader header) {
        highestHeader.merge(peer, header.number(), Math::max);
      }
    }
  }

  @Override
  public void answered(PeerId peer, Asked asked, Verdict verdict) {
    if (asked.question() instanceof Question.Bodies bodies) {
      long first = bodies.headers().get(0).number();
      note(above, peer, first, nodes.get(peer).isAbove(first), verdict);
      note(below, peer, first, nodes.get(peer).isBelow(first), verdict);
    }
  }

  private static void note(
      Map<PeerId, Long> upTo, PeerId peer, long first, boolean isBeyond, Verdict verdict) {
    if (isBeyond && verdict == Verdict.EMPTY) {
      upTo.computeIfPresent(peer, (id, highest) -> Math.min(highest, first - 1));
    } else if (isBeyond) {
      upTo.putIfAbsent(peer, Long.MAX_VALUE);
    }
  }
}
