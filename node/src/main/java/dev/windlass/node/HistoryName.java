package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.Fork;
import dev.windlass.downloader.History;
import dev.windlass.wire.network.Network;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How much history is wanted, as users write it: {@code all}, a count of blocks, the hash of the
 * lowest block, or {@code post} and a fork.
 */
public record HistoryName(String text) {
  public static final HistoryName ALL = new HistoryName("all");

  private static final String POST = "post";
  private static final String MERGE = "merge";
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9_]{0,17}");

  /** Reads a name. Throws an IllegalArgumentException if it is none. */
  public static HistoryName parse(String text) {
    String name = text.strip().toLowerCase(Locale.ROOT);
    boolean isFork =
        name.startsWith(POST)
            && (name.equals(POST + MERGE) || fork(name.substring(POST.length())).isPresent());
    if (!isFork && !name.equals(ALL.text) && !COUNT.matcher(name).matches()) {
      if (!name.startsWith("0x")) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' is no history: expected all, postmerge, postcancun, postprague, a count of"
                + " blocks, or the hash of the lowest block");
      }
      Hash.fromHex(name);
    }
    return new HistoryName(name);
  }

  private static Optional<Fork> fork(String name) {
    return Arrays.stream(Fork.values())
        .filter(fork -> fork.isByTime() && !fork.isBlobParametersOnly())
        .filter(fork -> fork.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /**
   * The history on a network. Throws an IllegalArgumentException if it is not known when the fork
   * of the name begins.
   */
  public History on(Network network) {
    if (equals(ALL)) {
      return History.ALL;
    }
    if (text.startsWith("0x")) {
      return History.fromBlock(Hash.fromHex(text));
    }
    if (!text.startsWith(POST)) {
      return History.blocks(Long.parseLong(text.replace("_", "")));
    }
    String name = text.substring(POST.length());
    Optional<ChainRules> rules = network.rules();
    OptionalLong beginning =
        rules.isEmpty()
            ? OptionalLong.empty()
            : name.equals(MERGE)
                ? rules.get().mergeNumber()
                : rules.get().beginning(fork(name).orElseThrow());
    if (beginning.isEmpty()) {
      throw new IllegalArgumentException(
          "it is not known where "
              + name
              + " begins on "
              + network.name()
              + ": give a count of blocks or the hash of a block");
    }
    if (beginning.getAsLong() == 0) {
      return History.ALL;
    }
    return name.equals(MERGE)
        ? History.fromNumber(beginning.getAsLong())
        : History.fromTime(beginning.getAsLong());
  }

  @Override
  public String toString() {
    return text;
  }
}
