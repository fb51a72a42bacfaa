package dev.windlass.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns raw replies into verdicts, where the bytes are: on a connection's thread or a worker.
 *
 * <p>Stateless. Every item of a delivery is proven by its own hash and roots; each is hashed once.
 * The work is bounded by what was asked: nothing beyond twice the number of items asked for is
 * looked at.
 */
public final class ReplyJudge {
  /** A hash is 33 bytes on the wire: RLP puts a prefix before it. */
  private static final int HASH_BYTES_ON_WIRE = 1 + Hash.BYTES;

  private ReplyJudge() {}

  /** Judges bare hashes, which are claims: only their count and that none repeats can be seen. */
  public static Delivery<Hash> hashes(int asked, List<Hash> reply) {
    long bytes = (long) reply.size() * HASH_BYTES_ON_WIRE;
    if (reply.isEmpty()) {
      return Delivery.of(Verdict.EMPTY, List.of(), bytes);
    }
    if (reply.size() > asked) {
      return Delivery.fault(
          Verdict.FABRICATED, List.of(), bytes, tooMany("hashes", asked, reply.size()));
    }
    Set<Hash> seen = new HashSet<>(reply.size() * 2);
    for (int i = 0; i < reply.size(); i++) {
      if (!seen.add(reply.get(i))) {
        return Delivery.fault(
            Verdict.FABRICATED,
            reply.subList(0, i),
            bytes,
            "hash " + reply.get(i) + " comes twice in one reply");
      }
    }
    return Delivery.of(
        reply.size() == asked ? Verdict.COMPLETE : Verdict.PREFIX, List.copyOf(reply), bytes);
  }

  /** Judges headers, newest first; the items of a fault are its good beginning. */
  public static Delivery<BlockHeader> headers(HeaderQuery query, List<byte[]> rawHeaders) {
    long bytes = size(rawHeaders);
    if (rawHeaders.isEmpty()) {
      return Delivery.of(Verdict.EMPTY, List.of(), bytes);
    }
    if (rawHeaders.size() > query.count()) {
      String evidence = tooMany("headers", query.count(), rawHeaders.size());
      return Delivery.fault(Verdict.FABRICATED, List.of(), bytes, evidence);
    }
    List<BlockHeader> headers = new ArrayList<>(rawHeaders.size());
    BlockHeader child = null;
    for (byte[] raw : rawHeaders) {
      BlockHeader header;
      try {
        header = BlockHeader.decode(raw);
      } catch (RlpException e) {
        String evidence = undecodable("header", headers.size(), e);
        return Delivery.fault(Verdict.FABRICATED, headers, bytes, evidence);
      }
      if (child == null ? !isFirst(query, header) : !BlockRules.isLinked(header, child)) {
        String evidence = child == null ? notAsked(query, header) : notParent(header, child);
        return Delivery.fault(Verdict.UNLINKED, headers, bytes, evidence);
      }
      headers.add(header);
      child = header;
    }
    boolean isAll = headers.size() == query.count() || child.number() == 0;
    return Delivery.of(isAll ? Verdict.COMPLETE : Verdict.PREFIX, headers, bytes);
  }

  private static boolean isFirst(HeaderQuery query, BlockHeader header) {
    return query.isByHash()
        ? header.hash().equals(query.from())
        : header.number() == query.fromNumber();
  }

  private static String notAsked(HeaderQuery query, BlockHeader header) {
    return BlockRules.LINK
        + ": header "
        + header
        + " answers a request for "
        + (query.isByHash() ? query.from() : "number " + query.fromNumber());
  }

  private static String notParent(BlockHeader header, BlockHeader child) {
    return BlockRules.checkLink(header, child).orElseThrow().toString();
  }

  /**
   * Judges whole blocks, in whatever order they come. Right blocks that nobody asked for are the
   * last items, and the evidence names the first of them: they may be late answers to something
   * else. More than twice what was asked for is a fault.
   */
  public static Delivery<Block> blocks(List<Hash> asked, List<byte[]> rawBlocks) {
    long bytes = size(rawBlocks);
    if (rawBlocks.isEmpty()) {
      return Delivery.of(Verdict.EMPTY, List.of(), bytes);
    }
    Slots<Hash> slots = new Slots<>(asked);
    int judgedMax = 2 * asked.size();
    String fault = rawBlocks.size() > judgedMax ? tooMany("blocks", asked, rawBlocks) : "";
    String stray = "";
    int judged = Math.min(judgedMax, rawBlocks.size());
    for (int i = 0; i < judged; i++) {
      String wrong = "";
      try {
        Block block = Block.decode(rawBlocks.get(i));
        wrong = BlockRules.check(block).map(Breach::toString).orElse("");
        if (wrong.isEmpty()) {
          int slot = slots.find(block.hash());
          if (slot < 0) {
            stray = stray.isEmpty() ? "block " + block + " was not asked for" : stray;
            slots.addStray(block);
          } else if (!slots.fill(slot, block)) {
            wrong = "block " + block + " comes twice in one reply";
          }
        }
      } catch (RlpException e) {
        wrong = undecodable("block", i, e);
      }
      fault = fault.isEmpty() ? wrong : fault;
    }
    if (!fault.isEmpty()) {
      return Delivery.fault(Verdict.FABRICATED, slots.items(), bytes, fault);
    }
    Verdict verdict = slots.filled == 0 ? Verdict.UNLINKED : slots.verdict();
    return Delivery.fault(verdict, slots.items(), bytes, stray);
  }

  /**
   * Judges bodies, which come in the order in which they were asked for, and finds each one's
   * header by its roots.
   */
  public static Delivery<Block> bodies(List<BlockHeader> asked, List<byte[]> rawBodies) {
    long bytes = size(rawBodies);
    if (rawBodies.isEmpty()) {
      return Delivery.of(Verdict.EMPTY, List.of(), bytes);
    }
    Slots<BlockHeader> slots = new Slots<>(asked);
    String fault = rawBodies.size() > asked.size() ? tooMany("bodies", asked, rawBodies) : "";
    int next = 0;
    int judged = Math.min(asked.size(), rawBodies.size());
    for (int i = 0; i < judged; i++) {
      String wrong = "";
      try {
        // Under the header it should belong to; moved to another one where the roots say so.
        BlockHeader expected = asked.get(Math.min(next, asked.size() - 1));
        Block block = Block.of(expected, rawBodies.get(i));
        BodyRoots roots = BodyRoots.of(block);
        int slot = next;
        while (slot < asked.size() && !roots.belongTo(asked.get(slot))) {
          slot++;
        }
        if (slot < asked.size()) {
          slots.fill(slot, slot == next ? block : block.withHeader(asked.get(slot)));
          next = slot + 1;
        } else {
          wrong = "body " + i + " belongs to none of those asked for: " + roots.differs(expected);
        }
      } catch (RlpException e) {
        wrong = undecodable("body", i, e);
      }
      fault = fault.isEmpty() ? wrong : fault;
    }
    if (!fault.isEmpty()) {
      return Delivery.fault(Verdict.FABRICATED, slots.items(), bytes, fault);
    }
    return Delivery.of(slots.verdict(), slots.items(), bytes);
  }

  private static long size(List<byte[]> raw) {
    long bytes = 0;
    for (byte[] item : raw) {
      bytes += item.length;
    }
    return bytes;
  }

  private static String tooMany(String what, List<?> asked, List<?> came) {
    return tooMany(what, asked.size(), came.size());
  }

  private static String tooMany(String what, int asked, int came) {
    return came + " " + what + " answer a request for " + asked;
  }

  private static String undecodable(String what, int position, RlpException e) {
    return "rlp: " + what + " " + position + " of the reply: " + e.getMessage();
  }

  /** Which of the things asked for have come. */
  private static final class Slots<A> {
    private final List<A> asked;
    private final Block[] blocks;
    private final List<Block> strays = new ArrayList<>(0);
    private Map<A, Integer> slotOf;
    private int cursor;
    private int filled;

    Slots(List<A> asked) {
      this.asked = asked;
      this.blocks = new Block[asked.size()];
    }

    /** The slot of what was asked; nearly always the one after the last one found. */
    int find(A wanted) {
      if (cursor < blocks.length && asked.get(cursor).equals(wanted)) {
        return cursor++;
      }
      if (slotOf == null) {
        slotOf = new HashMap<>(blocks.length * 2);
        for (int i = 0; i < blocks.length; i++) {
          slotOf.putIfAbsent(asked.get(i), i);
        }
      }
      Integer slot = slotOf.get(wanted);
      if (slot == null) {
        return -1;
      }
      cursor = slot + 1;
      return slot;
    }

    /** False where it is taken. */
    boolean fill(int slot, Block block) {
      if (blocks[slot] != null) {
        return false;
      }
      blocks[slot] = block;
      filled++;
      return true;
    }

    void addStray(Block block) {
      strays.add(block);
    }

    Verdict verdict() {
      if (filled == blocks.length) {
        return Verdict.COMPLETE;
      }
      return blocks[filled - 1] != null && isPrefix() ? Verdict.PREFIX : Verdict.COMPACTED;
    }

    private boolean isPrefix() {
      for (int i = 0; i < filled; i++) {
        if (blocks[i] == null) {
          return false;
        }
      }
      return true;
    }

    /** In the order asked for, then the strays. */
    List<Block> items() {
      List<Block> items = new ArrayList<>(filled + strays.size());
      for (Block block : blocks) {
        if (block != null) {
          items.add(block);
        }
      }
      items.addAll(strays);
      return items;
    }
  }

  /**
   * What a body hashes to.
   *
   * @param withdrawalsRoot null where there are no withdrawals
   */
  private record BodyRoots(Hash transactionsRoot, Hash unclesHash, Hash withdrawalsRoot) {
    static BodyRoots of(Block block) {
      return new BodyRoots(
          block.computeTransactionsRoot(),
          block.computeUnclesHash(),
          block.hasWithdrawals() ? block.computeWithdrawalsRoot() : null);
    }

    boolean belongTo(BlockHeader header) {
      return transactionsRoot.equals(header.transactionsRoot())
          && unclesHash.equals(header.unclesHash())
          && header.withdrawalsRoot().map(root -> root.equals(withdrawalsRoot)).orElse(true)
          && header.withdrawalsRoot().isPresent() == (withdrawalsRoot != null);
    }

    String differs(BlockHeader expected) {
      String rule =
          !transactionsRoot.equals(expected.transactionsRoot())
              ? BlockRules.TRANSACTIONS_ROOT
              : !unclesHash.equals(expected.unclesHash())
                  ? BlockRules.UNCLES_HASH
                  : BlockRules.WITHDRAWALS_ROOT;
      return rule + " differs from block " + expected;
    }
  }
}
