package dev.windlass.wire.files;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an era1 or ere file, which says which blocks are in it (source: the e2store format
 * specifications of eth-clients).
 *
 * <pre>
 * NETWORK-ERA-HASH.era1              ERA has 5 digits, HASH has 8 hexadecimal ones
 * NETWORK-ERA-HASH[-PROFILE]*.ere    PROFILE is noproofs or noreceipts
 * </pre>
 *
 * @param file the whole name, a plain name without a folder
 * @param era its blocks begin with number {@code 8192 * era}
 */
public record EraName(String file, String network, int era) implements Comparable<EraName> {
  public static final int BLOCKS = EraAccumulator.RECORDS_MAX;

  private static final Pattern FORM =
      Pattern.compile(
          "(?<network>[A-Za-z0-9][A-Za-z0-9._-]{0,63})-(?<era>[0-9]{5})-(?<mark>[0-9a-f]{8})"
              + "(\\.era1|(-[a-z]{1,16}){0,4}\\.ere)");

  /**
   * Of several files of an era, one without receipts comes first, since it is the smallest. An era1
   * file comes before others, since its totals are checked too.
   */
  private static final Comparator<EraName> ORDER =
      Comparator.comparingInt(EraName::era)
          .thenComparing(name -> !name.file.contains("-noreceipts"))
          .thenComparing(name -> !name.file.endsWith(".era1"))
          .thenComparing(EraName::file);

  public EraName {
    Objects.requireNonNull(file);
    Objects.requireNonNull(network);
  }

  /** Empty if it is not the name of such a file. */
  public static Optional<EraName> parse(String file) {
    Matcher matcher = FORM.matcher(file);
    return matcher.matches()
        ? Optional.of(
            new EraName(file, matcher.group("network"), Integer.parseInt(matcher.group("era"))))
        : Optional.empty();
  }

  /** The era that a block belongs to. */
  public static long eraOf(long number) {
    return number / BLOCKS;
  }

  /** The number of its first block. */
  public long lowest() {
    return (long) era * BLOCKS;
  }

  /** The number of its last block, unless it is the newest file and ends before. */
  public long highest() {
    return lowest() + BLOCKS - 1;
  }

  /** The first 8 digits of the accumulator root of an era1 file. Other files do not have it. */
  public Optional<String> accumulator() {
    Matcher matcher = FORM.matcher(file);
    return file.endsWith(".era1") && matcher.matches()
        ? Optional.of(matcher.group("mark"))
        : Optional.empty();
  }

  @Override
  public int compareTo(EraName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return file;
  }
}
