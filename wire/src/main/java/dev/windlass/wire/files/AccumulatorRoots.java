package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The trusted accumulator roots of the eras before the merge, the first one of era 0.
 *
 * <p>A file of them is text with one root in each line, or the SSZ container of Portal clients,
 * which is told by its first offset (source: EIP-7643).
 *
 * <pre>
 * ssz = 4 | root*                    as trin has it, after the merge
 * ssz = 8 | end of roots | root* | (block hash | total difficulty)*     as Nimbus has it, with the
 *                                                                       records of the last era
 * </pre>
 *
 * Immutable.
 */
public final class AccumulatorRoots {
  public static final AccumulatorRoots NONE = new AccumulatorRoots(List.of());

  /** Of all its roots and records it has less than half of this. */
  private static final int BYTES_MAX = 2 << 20;

  private static final int ROOTS_MAX = EraListing.FILES_MAX;
  private static final int OFFSET_BYTES = 4;
  private static final int RECORD_BYTES = 2 * Hash.BYTES;
  private static final Pattern ROOT = Pattern.compile("0x[0-9a-fA-F]{64}");
  private static final int SHOWN_MAX = 80;

  private final List<Hash> roots;

  private AccumulatorRoots(List<Hash> roots) {
    this.roots = List.copyOf(roots);
  }

  /** Those of the eras from 0. */
  public static AccumulatorRoots of(List<Hash> roots) {
    return new AccumulatorRoots(roots);
  }

  /**
   * Reads a file of them.
   *
   * @throws FileChainException if it has none, with one line that names the line or byte
   */
  public static AccumulatorRoots read(Path file) {
    byte[] bytes = bytes(file);
    boolean isSsz =
        bytes.length >= OFFSET_BYTES
            && (bytes[0] == OFFSET_BYTES || bytes[0] == 2 * OFFSET_BYTES)
            && bytes[1] == 0;
    List<Hash> roots = isSsz ? ofSsz(file, bytes) : ofText(file, bytes);
    if (roots.isEmpty()) {
      throw new FileChainException(file, "has no accumulator root");
    }
    if (roots.size() > ROOTS_MAX) {
      throw new FileChainException(
          file, "has " + roots.size() + " roots; at most " + ROOTS_MAX + " are allowed");
    }
    return new AccumulatorRoots(roots);
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new FileChainException(
            file, "has more than " + BYTES_MAX + " bytes, so it is no file of accumulator roots");
      }
      return bytes;
    } catch (IOException e) {
      throw FileChainException.ofDisk(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Hash> ofText(Path file, byte[] bytes) {
    List<Hash> roots = new ArrayList<>();
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int comment = lines[i].indexOf('#');
      String line = (comment < 0 ? lines[i] : lines[i].substring(0, comment)).strip();
      if (line.isEmpty()) {
        continue;
      }
      if (!ROOT.matcher(line).matches()) {
        throw new FileChainException(
            file,
            String.format(
                "line %d is not an accumulator root: '%s'. Expected 0x and 64 hexadecimal digits",
                i + 1, shown(line)));
      }
      roots.add(Hash.fromHex(line));
    }
    return roots;
  }

  /** Bytes of any file may be in it. */
  private static String shown(String line) {
    String start = line.substring(0, Math.min(line.length(), SHOWN_MAX));
    return start.replaceAll("[^ -~]", "?");
  }

  private static List<Hash> ofSsz(Path file, byte[] bytes) {
    int first = (int) EntryReader.littleEndian(bytes, 0, OFFSET_BYTES);
    boolean hasRecords = first == 2 * OFFSET_BYTES;
    if (bytes.length < first || (first != OFFSET_BYTES && !hasRecords)) {
      throw new FileChainException(
          file, "begins with the offset " + first + " at byte 0. Expected 4 or 8");
    }
    long end =
        hasRecords ? EntryReader.littleEndian(bytes, OFFSET_BYTES, OFFSET_BYTES) : bytes.length;
    if (end < first || end > bytes.length) {
      throw new FileChainException(
          file, "has " + bytes.length + " bytes, and its roots end at " + end + " by byte 4");
    }
    requireWhole(file, "root", first, end, Hash.BYTES);
    requireWhole(file, "record", end, bytes.length, RECORD_BYTES);
    List<Hash> roots = new ArrayList<>();
    for (int at = first; at < end; at += Hash.BYTES) {
      roots.add(Hash.of(bytes, at));
    }
    if (end < bytes.length) {
      roots.add(ofRecords(file, bytes, (int) end));
    }
    return roots;
  }

  private static void requireWhole(Path file, String what, long from, long to, int size) {
    long part = (to - from) % size;
    if (part != 0) {
      throw new FileChainException(
          file,
          "is truncated: the " + what + " at byte " + (to - part) + " has " + part + " bytes");
    }
  }

  private static Hash ofRecords(Path file, byte[] bytes, int from) {
    int count = (bytes.length - from) / RECORD_BYTES;
    if (count > EraAccumulator.RECORDS_MAX) {
      throw new FileChainException(
          file, "has " + count + " records at byte " + from + "; at most 8192 are allowed");
    }
    EraAccumulator accumulator = new EraAccumulator();
    for (int at = from; at < bytes.length; at += RECORD_BYTES) {
      byte[] total = new byte[Hash.BYTES];
      for (int i = 0; i < total.length; i++) {
        total[i] = bytes[at + RECORD_BYTES - 1 - i];
      }
      accumulator.add(Hash.of(bytes, at), new BigInteger(1, total));
    }
    return accumulator.root();
  }

  /** How many eras have a root. */
  public int size() {
    return roots.size();
  }

  /** The trusted root of an era. */
  public Optional<Hash> of(long era) {
    return era >= 0 && era < roots.size() ? Optional.of(roots.get((int) era)) : Optional.empty();
  }

  /** The trusted root that a file must have, since its name has the first bytes of it. */
  public Optional<Hash> promisedBy(EraName name) {
    return of(name.era()).filter(root -> name.accumulator().stream().anyMatch(isOf(root)));
  }

  /** Whether the name of a file has the first bytes of another root. */
  public boolean contradicts(EraName name) {
    return name.accumulator().isPresent()
        && of(name.era()).isPresent()
        && promisedBy(name).isEmpty();
  }

  private static Predicate<String> isOf(Hash root) {
    return mark -> root.toString().startsWith(mark, 2);
  }
}
