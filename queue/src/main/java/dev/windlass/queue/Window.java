package dev.windlass.queue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Link;
import java.util.Arrays;

/**
 * A ring of slots, one for each number from the next block to insert upwards. A slot has the link,
 * the block once it has come, and how many peers are asked for it.
 *
 * <p>Owned by {@link ReservationQueue}. A slot is wanted if it has a link and no block, and no peer
 * is asked for it.
 */
final class Window {
  private final int mask;
  private final Hash[] hashes;
  private final BlockHeader[] headers;
  private final Block[] blocks;
  private final byte[] copies;
  private final long[] owners;
  private final SlotSet wanted;
  private final SlotSet headerWanted;
  private final SlotSet hedged;

  private long base;
  private long end;
  private Hash parent = Hash.ZERO;
  private int buffered;
  private int filledPrefix;
  private int wantedCount;
  private long headerBytes;

  Window(int slotsMin) {
    int capacity = Integer.highestOneBit(Math.max(2, slotsMin) - 1) << 1;
    mask = capacity - 1;
    hashes = new Hash[capacity];
    headers = new BlockHeader[capacity];
    blocks = new Block[capacity];
    copies = new byte[capacity];
    owners = new long[capacity];
    wanted = new SlotSet(capacity);
    headerWanted = new SlotSet(capacity);
    hedged = new SlotSet(capacity);
  }

  void reset(long firstNumber, Hash parentOfFirst) {
    Arrays.fill(hashes, null);
    Arrays.fill(headers, null);
    Arrays.fill(blocks, null);
    Arrays.fill(copies, (byte) 0);
    Arrays.fill(owners, 0);
    wanted.clear();
    headerWanted.clear();
    hedged.clear();
    base = firstNumber;
    end = firstNumber;
    parent = parentOfFirst;
    buffered = 0;
    filledPrefix = 0;
    wantedCount = 0;
    headerBytes = 0;
  }

  private int slot(long number) {
    return (int) number & mask;
  }

  /** The number to take next. */
  long base() {
    return base;
  }

  /** The first number that has no link yet. */
  long end() {
    return end;
  }

  int freeSlots() {
    return mask + 1 - (int) (end - base);
  }

  int buffered() {
    return buffered;
  }

  int filledPrefix() {
    return filledPrefix;
  }

  int wantedCount() {
    return wantedCount;
  }

  /** Bytes of all headers that are held. */
  long headerBytes() {
    return headerBytes;
  }

  boolean holds(long number) {
    return number >= base && number < end;
  }

  Hash hash(long number) {
    return hashes[slot(number)];
  }

  BlockHeader header(long number) {
    return headers[slot(number)];
  }

  Block block(long number) {
    return blocks[slot(number)];
  }

  long owner(long number) {
    return owners[slot(number)];
  }

  int copies(long number) {
    return copies[slot(number)];
  }

  /** The hash that a block at this number must name as its parent. */
  Hash parentOf(long number) {
    return number == base ? parent : hashes[slot(number - 1)];
  }

  void add(Link link) {
    if (link.number() != end || freeSlots() == 0) {
      throw new IllegalStateException(
          "link " + link.number() + " instead of " + end + ", with " + freeSlots() + " free slots");
    }
    int slot = slot(end);
    hashes[slot] = link.hash();
    putHeader(slot, link.header());
    headerWanted.set(slot, !link.isProven());
    end++;
    want(slot);
  }

  private void want(int slot) {
    wanted.set(slot);
    wantedCount++;
  }

  /** The lowest wanted number at or above {@code from} and below {@code limit}, or -1. */
  long nextWanted(long from, long limit) {
    return next(wanted, from, limit);
  }

  /** The same for links that lack their header, if no peer is asked for it. */
  long nextHeaderWanted(long from, long limit) {
    return next(headerWanted, from, limit);
  }

  private long next(SlotSet slots, long from, long limit) {
    long start = Math.max(from, base);
    long stop = Math.min(limit, end);
    if (start >= stop) {
      return -1;
    }
    int first = slot(start);
    int found = slots.next(first);
    if (found < 0) {
      found = slots.next(0);
      if (found < 0) {
        return -1;
      }
    }
    long number = start + ((found - first) & mask);
    return number < stop ? number : -1;
  }

  void ask(long number, long reservation) {
    int slot = slot(number);
    if (wanted.get(slot)) {
      wanted.clear(slot);
      wantedCount--;
    } else {
      hedged.set(slot);
    }
    copies[slot]++;
    owners[slot] = reservation;
  }

  /**
   * Counts one peer fewer that is asked. If it was the last, and the block has not come, the block
   * is wanted again.
   */
  void release(long number, long reservation) {
    int slot = slot(number);
    copies[slot]--;
    if (copies[slot] < 0) {
      throw new IllegalStateException("slot " + number + " released more often than reserved");
    }
    if (owners[slot] == reservation) {
      owners[slot] = 0;
    }
    if (copies[slot] == 0 && blocks[slot] == null) {
      hedged.clear(slot);
      want(slot);
    }
  }

  boolean isHedged(long number) {
    return hedged.get(slot(number));
  }

  void headerAsked(long number, boolean asked) {
    int slot = slot(number);
    headerWanted.set(slot, !asked && headers[slot] == null && blocks[slot] == null);
  }

  void prove(long number, BlockHeader header) {
    int slot = slot(number);
    putHeader(slot, header);
    headerWanted.clear(slot);
  }

  private void putHeader(int slot, BlockHeader header) {
    headerBytes -= headers[slot] == null ? 0 : headers[slot].size();
    headers[slot] = header;
    headerBytes += header == null ? 0 : header.size();
  }

  void fill(long number, Block block) {
    int slot = slot(number);
    blocks[slot] = block;
    headerWanted.clear(slot);
    buffered++;
    if (wanted.get(slot)) {
      wanted.clear(slot);
      wantedCount--;
    }
    countPrefix();
  }

  /**
   * Skips the first slot, which no peer is asked for. Returns its block, or null if it has none.
   */
  Block skipFirst() {
    int slot = slot(base);
    if (copies[slot] > 0) {
      throw new IllegalStateException("slot " + base + " is skipped while a peer is asked for it");
    }
    if (wanted.get(slot)) {
      wanted.clear(slot);
      wantedCount--;
    }
    if (blocks[slot] != null) {
      return takeFirst();
    }
    clearFirst(slot);
    countPrefix();
    return null;
  }

  /** The lowest number whose block has come, or -1. */
  long lowestFilled() {
    for (long number = base; number < end; number++) {
      if (blocks[slot(number)] != null) {
        return number;
      }
    }
    return -1;
  }

  Block takeFirst() {
    int slot = slot(base);
    Block block = blocks[slot];
    clearFirst(slot);
    buffered--;
    filledPrefix--;
    return block;
  }

  private void clearFirst(int slot) {
    parent = hashes[slot];
    blocks[slot] = null;
    hashes[slot] = null;
    putHeader(slot, null);
    copies[slot] = 0;
    owners[slot] = 0;
    hedged.clear(slot);
    headerWanted.clear(slot);
    base++;
  }

  private void countPrefix() {
    while (filledPrefix < end - base && blocks[slot(base + filledPrefix)] != null) {
      filledPrefix++;
    }
  }

  /** The number of this hash, or -1. It walks the ring, so use it rarely. */
  long find(Hash hash) {
    for (long number = base; number < end; number++) {
      if (hashes[slot(number)].equals(hash)) {
        return number;
      }
    }
    return -1;
  }

  /** Throws if its counts are not those of its slots. */
  void checkInvariants() {
    int filled = 0;
    int wantedSlots = 0;
    long headerSizes = 0;
    for (long number = base; number < end; number++) {
      int slot = slot(number);
      filled += blocks[slot] == null ? 0 : 1;
      headerSizes += headers[slot] == null ? 0 : headers[slot].size();
      wantedSlots += wanted.get(slot) ? 1 : 0;
      boolean isWanted = blocks[slot] == null && copies[slot] == 0;
      if (hashes[slot] == null || copies[slot] < 0 || wanted.get(slot) != isWanted) {
        throw new IllegalStateException("slot " + number + " is wanted: " + wanted.get(slot));
      }
    }
    if (filled != buffered || wantedSlots != wantedCount || headerSizes != headerBytes) {
      throw new IllegalStateException(
          String.format(
              "%d blocks, %d wanted and %d bytes of headers are counted as %d, %d and %d",
              filled, wantedSlots, headerSizes, buffered, wantedCount, headerBytes));
    }
  }
}
