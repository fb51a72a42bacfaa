package dev.windlass.wire.files;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which era files a folder has, by its index page and its checksums.
 *
 * <p>Only plain names of era files are taken. So no listing leads out of its folder. Immutable.
 */
public final class EraListing {
  /** Has a line for each file, as {@code sha256sum} prints it. */
  public static final String NAMED_CHECKSUMS = "checksums_sha256.txt";

  /** Has hashes only, in the order of the files. */
  public static final String BARE_CHECKSUMS = "checksums.txt";

  /** More than four times as many as mainnet has eras. */
  public static final int FILES_MAX = 16_384;

  private static final Pattern NAMED_LINE =
      Pattern.compile("(?:0x)?([0-9a-fA-F]{64})[ \\t]+[*]?(?:\\./)?([^/\\s]+)");

  private static final Pattern BARE_LINE = Pattern.compile("(?:0x)?([0-9a-fA-F]{64})");

  /** The links of a page, and the keys of an S3 bucket. */
  private static final Pattern LINK =
      Pattern.compile(
          "(?i)\\bhref\\s*=\\s*(?:\"([^\"]{1,2048})\"|'([^']{1,2048})'|([^\\s\"'>]{1,2048}))"
              + "|<Key>([^<]{1,1024})</Key>");

  private EraListing() {}

  /**
   * The era files that an index page links to.
   *
   * @param folder the path of the page, with a slash at its end
   */
  public static Collection<EraName> ofPage(String page, String folder) {
    Collection<EraName> names = new TreeSet<>();
    Matcher link = LINK.matcher(page);
    while (names.size() < FILES_MAX && link.find()) {
      String key = link.group(4);
      Optional<String> file =
          key == null ? linked(firstOf(link), folder) : keyed(key.strip(), folder);
      file.flatMap(EraName::parse).ifPresent(names::add);
    }
    return names;
  }

  private static String firstOf(Matcher link) {
    for (int group = 1; group < 3; group++) {
      if (link.group(group) != null) {
        return link.group(group).strip();
      }
    }
    return link.group(3);
  }

  /** The name of a link, if it leads to a file of the same folder. */
  private static Optional<String> linked(String target, String folder) {
    if (target.startsWith("./")) {
      return Optional.of(target.substring(2));
    }
    return target.startsWith(folder)
        ? Optional.of(target.substring(folder.length()))
        : Optional.of(target);
  }

  /** A key begins with the folders below the bucket. */
  private static Optional<String> keyed(String key, String folder) {
    int end = key.lastIndexOf('/') + 1;
    return folder.endsWith("/" + key.substring(0, end))
        ? Optional.of(key.substring(end))
        : Optional.empty();
  }

  /** Names and hashes of a file in the form of {@code sha256sum}. Other lines are passed over. */
  public static Map<EraName, String> ofNamedChecksums(String text) {
    Map<EraName, String> hashes = new TreeMap<>();
    text.lines()
        .map(line -> NAMED_LINE.matcher(line.strip()))
        .filter(Matcher::matches)
        .limit(FILES_MAX)
        .forEach(
            line ->
                EraName.parse(line.group(2))
                    .ifPresent(name -> hashes.put(name, lowerCase(line.group(1)))));
    return hashes;
  }

  /**
   * The hashes of a file without names. They belong to the files in the order of their names, or to
   * those of one ending.
   *
   * @return empty if there are not as many hashes as files
   */
  public static Map<EraName, String> ofBareChecksums(String text, Collection<EraName> names) {
    List<String> hashes =
        text.lines()
            .map(line -> BARE_LINE.matcher(line.strip()))
            .filter(Matcher::matches)
            .limit(FILES_MAX)
            .map(line -> lowerCase(line.group(1)))
            .toList();
    for (String ending : List.of("", ".era1", ".ere")) {
      List<EraName> files =
          names.stream()
              .filter(name -> name.file().endsWith(ending))
              .sorted((one, other) -> one.file().compareTo(other.file()))
              .toList();
      if (files.size() == hashes.size()) {
        Map<EraName, String> byName = new TreeMap<>();
        for (int i = 0; i < files.size(); i++) {
          byName.put(files.get(i), hashes.get(i));
        }
        return byName;
      }
    }
    return Map.of();
  }

  private static String lowerCase(String hash) {
    return hash.toLowerCase(Locale.ROOT);
  }

  /** The files of these names, each with its hash if there is one. */
  public static List<EraFile> of(Collection<EraName> names, Map<EraName, String> hashes) {
    Collection<EraName> all = new TreeSet<>(names);
    all.addAll(hashes.keySet());
    List<EraFile> files = new ArrayList<>();
    all.stream()
        .limit(FILES_MAX)
        .forEach(name -> files.add(new EraFile(name, Optional.ofNullable(hashes.get(name)))));
    return files;
  }
}
