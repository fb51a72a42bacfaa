package dev.windlass.wire.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of era files on this machine. Any thread may call it. */
public final class EraFolder {
  private static final long CHECKSUMS_BYTES_MAX = 8L << 20;

  private EraFolder() {}

  /**
   * The era files of a folder, with the checksums that lie beside them.
   *
   * @throws FileChainException if it cannot be read, or has no such file
   */
  public static List<EraFile> list(Path folder) {
    List<EraName> names;
    try (Stream<Path> all = Files.list(folder)) {
      names =
          all.map(path -> EraName.parse(path.getFileName().toString()))
              .flatMap(Optional::stream)
              .limit(EraListing.FILES_MAX)
              .toList();
      if (names.isEmpty()) {
        throw new FileChainException(folder, "is a folder, and has no era1 or ere file");
      }
      return EraListing.of(names, checksums(folder, names));
    } catch (IOException e) {
      throw new FileChainException(folder, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<EraName, String> checksums(Path folder, Collection<EraName> names)
      throws IOException {
    Map<EraName, String> named =
        EraListing.ofNamedChecksums(text(folder.resolve(EraListing.NAMED_CHECKSUMS)));
    named.keySet().retainAll(names);
    return named.isEmpty()
        ? EraListing.ofBareChecksums(text(folder.resolve(EraListing.BARE_CHECKSUMS)), names)
        : named;
  }

  private static String text(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) <= CHECKSUMS_BYTES_MAX
        ? Files.readString(file, StandardCharsets.ISO_8859_1)
        : "";
  }

  /**
   * The file with the lowest blocks of a network.
   *
   * @param network empty if the folder has files of one network only
   * @throws FileChainException as {@link #list}, or if there is no such file
   */
  public static Path lowest(Path folder, Optional<String> network) {
    List<EraName> all = list(folder).stream().map(EraFile::name).toList();
    String names = String.join(" and ", all.stream().map(EraName::network).distinct().toList());
    // If there is only one network, this is its name.
    List<EraName> wanted =
        all.stream().filter(name -> network.orElse(names).equals(name.network())).toList();
    if (wanted.isEmpty()) {
      String none = network.map(name -> ", and none of " + name).orElse("");
      throw new FileChainException(folder, "has files of " + names + none);
    }
    return folder.resolve(wanted.get(0).file());
  }
}
