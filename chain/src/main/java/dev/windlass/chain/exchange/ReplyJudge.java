package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.BodyRoots;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Turns raw replies into verdicts, on a connection's thread or a worker.
 *
 * <p>Stateless. Every item of a delivery is proven by its own hash and roots, and is hashed once.
 * The number of items asked for bounds the work: at most twice as many items are read.
 *
 * <p>An empty item (0xc0) in the place of a header, body or block is a placeholder: Nethermind
 * sends one for each item that it lacks. It is no fault. Neither is a valid block of more than
 * {@link Block#BYTES_MAX}: it is not accepted, and counts as missing.
 */
public final class ReplyJudge {
  /** A hash has 33 bytes on the wire, since RLP puts a prefix before it. */
  private static final int HASH_BYTES_ON_WIRE = 1 + Hash.BYTES;

  private static final byte EMPTY_ITEM = (byte) 0xc0;

  private ReplyJudge() {}

  /** Judges bare hashes. They are claims: only their count and repetitions can be checked. */
  public static Delivery<Hash> hashes(int asked, List<Hash> reply) {
    long bytes = (long) reply.size() * HASH_BYTES_ON_WIRE;
    if (reply.isEmpty()) {
      return Delivery.of(Verdict.EMPTY, List.of(), bytes);
    }
    if (reply.size() > asked) {
      return Delivery.with(
          Verdict.FABRICATED, List.of(), bytes, tooMany("hashes", asked, reply.size()));
    }
    Set<Hash> seen = new HashSet<>(reply.size() * 2);
    for (int i = 0; i < reply.size(); i++) {
      if (!seen.add(reply.get(i))) {
        return Delivery.with(
            Verdict.FABRICATED,
            reply.subList(0, i),
            bytes,
            "hash " + reply.get(i) + " comes twice in one reply");
      }
    }
    return Delivery.of(
        reply.size() == asked ? Verdict.COMPLETE : Verdict.PREFIX, List.copyOf(reply), bytes);
  }

  /**
   * Judges headers, newest first. If the verdict is a fault, the items are the valid headers before
   * it.
   *
   * <p>Headers after a placeholder are linked to nothing and are not read.
   *
   * <p>If geth is asked for headers from a number above its head, it answers from its head, and
   * reduces the count by the numbers that it leaves out ({@code HeaderChain.GetHeadersFrom}). Such
   * an answer is {@link Verdict#OUT_OF_RANGE}, without items. If geth is asked for a hash that it
   * does not have, it sends no headers. So the first header of an answer by hash must be the one
   * asked for, and any other is {@link Verdict#UNLINKED}.
   */
  public static Delivery<BlockHeader> headers(HeaderQuery query, List<byte[]> rawHeaders) {
    long bytes = size(rawHeaders);
    if (rawHeaders.size() > query.count()) {
      String evidence = tooMany("headers", query.count(), rawHeaders.size());
      return Delivery.with(Verdict.FABRICATED, List.of(), bytes, evidence);
    }
    List<byte[]> present = rawHeaders.subList(0, untilPlaceholder(rawHeaders));
    if (present.isEmpty()) {
      List<Hash> missing = query.isByHash() ? List.of(query.from()) : List.of();
      return Delivery.<BlockHeader>of(Verdict.EMPTY, List.of(), bytes).showingMissing(missing);
    }
    List<Hash> hashes = Keccak.hashAll(present);
    List<BlockHeader> headers = new ArrayList<>(present.size());
    boolean isFromHead = false;
    BlockHeader child = null;
    for (byte[] raw : present) {
      BlockHeader header;
      try {
        header = BlockHeader.trusted(raw, 0, raw.length, hashes.get(headers.size()));
      } catch (RlpException e) {
        String evidence = undecodable("header", headers.size(), e);
        return Delivery.with(Verdict.FABRICATED, isFromHead ? List.of() : headers, bytes, evidence);
      }
      isFromHead |= child == null && isFromHead(query, header, present.size());
      if (child == null
          ? !isFromHead && !isFirst(query, header)
          : !BlockRules.isLinked(header, child)) {
        String evidence = child == null ? notAsked(query, header) : notParent(header, child);
        return Delivery.with(Verdict.UNLINKED, isFromHead ? List.of() : headers, bytes, evidence);
      }
      headers.add(header);
      child = header;
    }
    if (isFromHead) {
      return Delivery.of(Verdict.OUT_OF_RANGE, List.of(), bytes);
    }
    boolean isAll = headers.size() == query.count() || child.number() == 0;
    boolean isCut = !isAll && present.size() < rawHeaders.size();
    return Delivery.of(isAll ? Verdict.COMPLETE : Verdict.PREFIX, headers, bytes)
        .showingMissing(isCut ? List.of(child.parentHash()) : List.of());
  }

  /** How many items come before the first placeholder. */
  private static int untilPlaceholder(List<byte[]> raw) {
    int at = 0;
    while (at < raw.size() && !isPlaceholder(raw.get(at))) {
      at++;
    }
    return at;
  }

  /** Whether an item stands for one that the sender does not have. */
  public static boolean isPlaceholder(byte[] raw) {
    return raw.length == 1 && raw[0] == EMPTY_ITEM;
  }

  private static boolean isFromHead(HeaderQuery query, BlockHeader first, int count) {
    return !query.isByHash()
        && first.number() < query.fromNumber()
        && count <= query.count() - (query.fromNumber() - first.number());
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
   * Judges whole blocks, in any order. Valid but unrequested blocks are the last items, and the
   * evidence names the first of them. They may be late answers to another question, or a mix-up.
   * Any peer can make such a block, so it counts neither for nor against its sender, and a reply of
   * only such blocks is empty. More than twice as many items as asked for is a fault.
   *
   * @param asked at least one
   */
  public static Delivery<Block> blocks(List<Hash> asked, List<byte[]> rawBlocks) {
    long bytes = size(rawBlocks);
    Slots<Hash> slots = new Slots<>(asked);
    int judgedMax = 2 * asked.size();
    String fault = rawBlocks.size() > judgedMax ? tooMany("blocks", asked, rawBlocks) : "";
    String remark = "";
    int judged = Math.min(judgedMax, rawBlocks.size());
    Bodies bodies = new Bodies("block");
    for (int i = 0; i < judged; i++) {
      byte[] raw = rawBlocks.get(i);
      bodies.add(raw, () -> Block.decodeAnySize(raw));
    }
    bodies.computeRoots();
    for (int i = 0; i < judged; i++) {
      if (bodies.isPlaceholder(i)) {
        slots.noteMissing(i);
        continue;
      }
      String wrong = bodies.fault(i);
      if (wrong.isEmpty()) {
        wrong = BlockRules.check(bodies.block(i), bodies.roots(i)).map(Breach::toString).orElse("");
      }
      if (wrong.isEmpty()) {
        String remarked = place(slots, bodies.block(i), i);
        remark = remark.isEmpty() ? remarked : remark;
      }
      fault = fault.isEmpty() ? wrong : fault;
    }
    if (!fault.isEmpty()) {
      return Delivery.with(Verdict.FABRICATED, slots.items(), bytes, fault);
    }
    return Delivery.with(slots.verdict(), slots.items(), bytes, remark)
        .showingMissing(slots.missing(slot -> asked.get(slot), slot -> true));
  }

  /** Puts a valid block where it was asked for. Returns what is to be said of it, or "". */
  private static String place(Slots<Hash> slots, Block block, int position) {
    if (block.isTooLarge()) {
      slots.noteMissing(position);
      return tooLarge(block);
    }
    int slot = slots.find(block.hash());
    if (slot < 0) {
      slots.addUnrequested(block);
      return "block " + block + " was not asked for";
    }
    return slots.fill(slot, block) ? "" : "block " + block + " comes twice in one reply";
  }

  /**
   * Judges bodies, in the order in which they were asked for, and finds the header of each by its
   * roots.
   *
   * <p>A body has no number. Two blocks with the same transactions, for example none, have the same
   * body. The first of them that was asked for gets it, though the sender may have meant the other.
   * So a hole does not count as missing if an equal body has come.
   *
   * @param asked at least one
   */
  public static Delivery<Block> bodies(List<BlockHeader> asked, List<byte[]> rawBodies) {
    long bytes = size(rawBodies);
    Slots<BlockHeader> slots = new Slots<>(asked);
    String fault = rawBodies.size() > asked.size() ? tooMany("bodies", asked, rawBodies) : "";
    String tooLarge = "";
    int next = 0;
    int judged = Math.min(asked.size(), rawBodies.size());
    Bodies bodies = new Bodies("body");
    for (int i = 0; i < judged; i++) {
      // Under any header, and moved to the one that its roots match.
      BlockHeader header = asked.get(i);
      byte[] raw = rawBodies.get(i);
      bodies.add(raw, () -> Block.ofAnySize(header, raw));
    }
    bodies.computeRoots();
    for (int i = 0; i < judged; i++) {
      if (bodies.isPlaceholder(i)) {
        slots.noteMissing(next++);
        continue;
      }
      String wrong = bodies.fault(i);
      if (wrong.isEmpty()) {
        Block block = bodies.block(i);
        int slot = next;
        while (slot < asked.size() && !belongsTo(block, bodies.roots(i), asked.get(slot))) {
          slot++;
        }
        if (slot >= asked.size()) {
          BlockHeader expected = asked.get(Math.min(next, asked.size() - 1));
          String differs = differs(bodies.roots(i), expected);
          wrong = "body " + i + " belongs to none of those asked for: " + differs;
        } else {
          Block found = block.withHeader(asked.get(slot));
          if (found.isTooLarge()) {
            tooLarge = tooLarge.isEmpty() ? tooLarge(found) : tooLarge;
            slots.noteMissing(slot);
          } else {
            slots.fill(slot, found);
          }
          next = slot + 1;
        }
      }
      fault = fault.isEmpty() ? wrong : fault;
    }
    if (!fault.isEmpty()) {
      return Delivery.with(Verdict.FABRICATED, slots.items(), bytes, fault);
    }
    Delivery<Block> delivery = Delivery.with(slots.verdict(), slots.items(), bytes, tooLarge);
    if (delivery.verdict() == Verdict.COMPLETE) {
      return delivery;
    }
    Set<List<Object>> arrived = new HashSet<>();
    delivery.items().forEach(block -> arrived.add(commitment(block.header())));
    return delivery.showingMissing(
        slots.missing(
            slot -> asked.get(slot).hash(),
            slot -> !arrived.contains(commitment(asked.get(slot)))));
  }

  private static String tooLarge(Block block) {
    return "block " + block + " is " + Block.tooLarge(block.size());
  }

  /** What a header commits to in its body. */
  private static List<Object> commitment(BlockHeader header) {
    return List.of(header.transactionsRoot(), header.unclesHash(), header.withdrawalsRoot());
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

  /** Which of the items asked for have come. */
  private static final class Slots<A> {
    private final List<A> asked;
    private final Block[] blocks;
    private final List<Block> unrequested = new ArrayList<>(0);
    private final BitSet placeholders = new BitSet();
    private Map<A, Integer> slotOf;
    private int cursor;
    private int filled;

    Slots(List<A> asked) {
      this.asked = asked;
      this.blocks = new Block[asked.size()];
    }

    /** The slot of an item asked for. It is nearly always the one after the last one found. */
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

    /** False if the slot is taken. */
    boolean fill(int slot, Block block) {
      if (blocks[slot] != null) {
        return false;
      }
      blocks[slot] = block;
      filled++;
      return true;
    }

    void addUnrequested(Block block) {
      unrequested.add(block);
    }

    /** The sender has put a placeholder at this slot. */
    void noteMissing(int slot) {
      placeholders.set(slot);
    }

    /**
     * The hashes that the reply shows to be missing: those with a placeholder, and the holes before
     * the last item that came. If the reply has no items, it is the first hash.
     *
     * @param isShownByHole whether a hole at this slot counts
     */
    List<Hash> missing(IntFunction<Hash> hash, IntPredicate isShownByHole) {
      if (filled == 0 && placeholders.isEmpty()) {
        return blocks.length == 0 ? List.of() : List.of(hash.apply(0));
      }
      int last = blocks.length - 1;
      while (last >= 0 && blocks[last] == null) {
        last--;
      }
      List<Hash> missing = new ArrayList<>(0);
      for (int slot = 0; slot < blocks.length; slot++) {
        boolean isHole = slot < last && isShownByHole.test(slot);
        if (blocks[slot] == null && (placeholders.get(slot) || isHole)) {
          missing.add(hash.apply(slot));
        }
      }
      return missing;
    }

    Verdict verdict() {
      if (filled == 0) {
        return Verdict.EMPTY;
      }
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

    /** The blocks asked for, in the order of the question, then the unrequested ones. */
    List<Block> items() {
      List<Block> items = new ArrayList<>(filled + unrequested.size());
      for (Block block : blocks) {
        if (block != null) {
          items.add(block);
        }
      }
      items.addAll(unrequested);
      return items;
    }
  }

  private static boolean belongsTo(Block body, BodyRoots roots, BlockHeader header) {
    boolean isFree = roots.withdrawals().isPresent() && body.hasFreeWithdrawalsRoot();
    return roots.transactions().equals(header.transactionsRoot())
        && roots.uncles().equals(header.unclesHash())
        && (isFree
            ? header.withdrawalsRoot().isPresent()
            : roots.withdrawals().equals(header.withdrawalsRoot()));
  }

  private static String differs(BodyRoots roots, BlockHeader expected) {
    String rule =
        !roots.transactions().equals(expected.transactionsRoot())
            ? BlockRules.TRANSACTIONS_ROOT
            : !roots.uncles().equals(expected.unclesHash())
                ? BlockRules.UNCLES_HASH
                : BlockRules.WITHDRAWALS_ROOT;
    return rule + " differs from block " + expected;
  }

  /** The blocks or bodies of a reply, decoded one by one, with roots that are computed together. */
  private static final class Bodies {
    private final String what;

    /** At each position of the reply: a fault, "", or null for a placeholder. */
    private final List<String> faults = new ArrayList<>();

    /** Which of the decoded ones is at each position. */
    private final List<Integer> places = new ArrayList<>();

    private final List<Block> decoded = new ArrayList<>();
    private List<BodyRoots> roots = List.of();

    Bodies(String what) {
      this.what = what;
    }

    void add(byte[] raw, Supplier<Block> decoder) {
      places.add(decoded.size());
      if (ReplyJudge.isPlaceholder(raw)) {
        faults.add(null);
        return;
      }
      try {
        decoded.add(decoder.get());
        faults.add("");
      } catch (RlpException e) {
        faults.add(undecodable(what, faults.size(), e));
      }
    }

    void computeRoots() {
      roots = BodyRoots.ofAll(decoded);
    }

    boolean isPlaceholder(int position) {
      return faults.get(position) == null;
    }

    /** Empty if the item could be decoded. */
    String fault(int position) {
      return faults.get(position);
    }

    Block block(int position) {
      return decoded.get(places.get(position));
    }

    BodyRoots roots(int position) {
      return roots.get(places.get(position));
    }
  }
}
