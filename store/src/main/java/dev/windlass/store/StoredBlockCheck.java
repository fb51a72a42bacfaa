package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.store.StoreException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Proves one stored block again, from the bytes under its key.
 *
 * <p>It has no state except the collected problems. Any thread may use it.
 */
final class StoredBlockCheck {
  private final Database database;
  private final Bodies bodies;
  private final Problems problems;

  StoredBlockCheck(Database database, Bodies bodies, Problems problems) {
    this.database = database;
    this.bodies = bodies;
    this.problems = problems;
  }

  /** Checks header, body and the index from hash to number. Returns the header if it is valid. */
  Optional<BlockHeader> check(BlockId id) {
    Optional<BlockHeader> header = checkHeader(id);
    header.ifPresent(this::checkBody);
    checkNumber(id);
    return header;
  }

  /** The same for a canonical block whose body is recorded as missing. */
  Optional<BlockHeader> checkBodiless(BlockId id) {
    return checkHeader(id);
  }

  /** The value under a key, or null: absent, or reported as not readable. */
  private byte[] read(BlockId id, byte[] key, String rule, String what) {
    return read(id, () -> database.get(key), rule, what);
  }

  private byte[] read(BlockId id, Supplier<byte[]> reading, String rule, String what) {
    try {
      byte[] value = reading.get();
      if (value == null) {
        problems.add(id.number(), id.hash(), rule, what + " is not stored");
      }
      return value;
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      problems.add(
          id.number(),
          id.hash(),
          StoreVerifier.READABLE,
          what + " cannot be read: " + e.getMessage());
      return null;
    }
  }

  private Optional<BlockHeader> checkHeader(BlockId id) {
    byte[] raw = read(id, Columns.headerKey(id), StoreVerifier.HEADER_PRESENT, "its header");
    if (raw == null) {
      return Optional.empty();
    }
    Hash hash = Keccak.hash(raw);
    if (!hash.equals(id.hash())) {
      problems.add(
          id.number(), id.hash(), StoreVerifier.HEADER_HASH, "its header's keccak is " + hash);
      return Optional.empty();
    }
    try {
      BlockHeader header = BlockHeader.trusted(raw, 0, raw.length, hash);
      if (header.number() == id.number()) {
        return Optional.of(header);
      }
      problems.add(
          id.number(), id.hash(), StoreVerifier.NUMBER, "its header has number " + header.number());
    } catch (RlpException e) {
      problems.add(
          id.number(), id.hash(), StoreVerifier.HEADER_HASH, "its header does not decode: " + e);
    }
    return Optional.empty();
  }

  private void checkBody(BlockHeader header) {
    BlockId id = header.id();
    byte[] raw =
        read(id, () -> bodies.get(id).orElse(null), StoreVerifier.BODY_PRESENT, "its body");
    if (raw == null) {
      return;
    }
    try {
      BlockRules.check(Block.of(header, raw))
          .ifPresent(
              breach -> problems.add(id.number(), id.hash(), breach.rule(), breach.explanation()));
    } catch (RlpException e) {
      problems.add(
          id.number(),
          id.hash(),
          StoreVerifier.BODY_FORM,
          "its body does not decode: " + e.getMessage());
    }
  }

  private void checkNumber(BlockId id) {
    String what = "its number in the index";
    byte[] value = read(id, Columns.hashToNumberKey(id.hash()), StoreVerifier.HASH_TO_NUMBER, what);
    if (value == null) {
      return;
    }
    long number = value.length == Long.BYTES ? BlockColumns.number(value, id.hash()) : -1;
    if (number != id.number()) {
      problems.add(id.number(), id.hash(), StoreVerifier.HASH_TO_NUMBER, what + " is " + number);
    }
  }

  /** Checks that a block names this parent. */
  void checkLink(BlockHeader header, Hash parent) {
    if (!header.parentHash().equals(parent)) {
      problems.add(
          header.number(),
          header.hash(),
          BlockRules.LINK,
          "it names the parent " + header.parentHash() + ", but below it lies " + parent);
    }
  }
}
