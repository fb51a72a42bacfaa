package dev.windlass.p2p.mirror;

import dev.windlass.chain.Keccak;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of mirrors on this disk, in a folder of their own for each mirror. If a new one does
 * not fit, the one that was used longest ago is removed. A file is also removed once all of its
 * blocks are stored.
 *
 * <p>Thread-safe. The files and the parts of files have {@code bytesMax} at most.
 */
public final class EraCache {
  private static final Logger LOG = LoggerFactory.getLogger(EraCache.class);
  private static final int NAME_DIGITS = 16;
  private static final int MIB_BITS = 20;

  /** What the store may need is left to it. */
  private static final long FREE_BYTES_MIN = 1L << 30;

  private final Path folder;
  private final long bytesMax;

  /** The one that was used longest ago comes first. */
  private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private final List<Consumer<Path>> listeners = new ArrayList<>();

  private static final class Entry {
    private long bytes;
    private boolean isComing;
    private boolean isWhole;
  }

  /**
   * Makes nothing yet.
   *
   * @param bytesMax of all files together
   */
  public EraCache(Path folder, long bytesMax) {
    this.folder = folder;
    this.bytesMax = bytesMax;
  }

  /** Calls this with each file that is removed, on any thread. */
  synchronized void onRemoved(Consumer<Path> listener) {
    listeners.add(listener);
  }

  /** The folder of one mirror. */
  Path place(String mirror) {
    byte[] name = mirror.getBytes(StandardCharsets.UTF_8);
    return folder.resolve(Keccak.hash(name).toString().substring(2, 2 + NAME_DIGITS));
  }

  /** Takes over what an earlier run has left in these folders, and removes all others. */
  public void open(Collection<Path> places) {
    Set<Path> known = new HashSet<>(places);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder, 2)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        if (known.contains(file.getParent())) {
          adopt(file);
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      cannot("read", folder, e);
    }
  }

  private synchronized void adopt(Path file) throws IOException {
    String name = file.getFileName().toString();
    Path whole = file.resolveSibling(name.replaceFirst("\\.(part|tag)$", ""));
    if (EraName.parse(whole.getFileName().toString()).isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    Entry entry = entries.computeIfAbsent(whole, path -> new Entry());
    entry.bytes += Files.size(file);
    entry.isWhole |= file.equals(whole);
  }

  /** Notes that a file is asked for. It is not removed until it has {@link #ended}. */
  synchronized void coming(Path whole) {
    entries.computeIfAbsent(whole, path -> new Entry()).isComing = true;
  }

  /**
   * Makes room for a file that is coming.
   *
   * @return why there is none. Empty if there is
   */
  synchronized Optional<MirrorFailure> claim(Path whole, long bytes) {
    return claim(whole, bytes, true);
  }

  /** As {@link #claim}, for a file that is not wanted yet. No other file is removed for it. */
  synchronized Optional<MirrorFailure> claimFree(Path whole, long bytes) {
    return claim(whole, bytes, false);
  }

  private Optional<MirrorFailure> claim(Path whole, long bytes, boolean mayRemove) {
    if (bytes > bytesMax) {
      return noRoom("it has " + mib(bytes) + ", and --era-cache-mib allows " + mib(bytesMax));
    }
    Entry entry = entries.computeIfAbsent(whole, path -> new Entry());
    entry.isComing = true;
    long free = bytesMax - bytes - held(entry);
    Iterator<Map.Entry<Path, Entry>> oldest = List.copyOf(entries.entrySet()).iterator();
    while (free < 0 && mayRemove && oldest.hasNext()) {
      Map.Entry<Path, Entry> next = oldest.next();
      if (!next.getValue().isComing) {
        free += next.getValue().bytes;
        remove(next.getKey());
      }
    }
    if (free < 0 && !mayRemove) {
      String reason = "it is not wanted yet, and --era-cache-mib is used up";
      return Optional.of(new MirrorFailure(MirrorFailure.Kind.NOT_YET, reason));
    }
    if (free < 0) {
      String reason = "other files are coming, and --era-cache-mib is used up";
      return Optional.of(new MirrorFailure(MirrorFailure.Kind.WAITING, reason));
    }
    long more = bytes - entry.bytes;
    entry.bytes = bytes;
    return objectionOfDisk(more);
  }

  private long held(Entry except) {
    return entries.values().stream()
        .filter(entry -> entry != except)
        .mapToLong(entry -> entry.bytes)
        .sum();
  }

  private Optional<MirrorFailure> objectionOfDisk(long more) {
    try {
      Files.createDirectories(folder);
      long usable = Files.getFileStore(folder).getUsableSpace();
      return usable - more < FREE_BYTES_MIN
          ? noRoom("the disk has only " + mib(usable) + " left")
          : Optional.empty();
    } catch (IOException e) {
      return noRoom(folder + " cannot be used: " + e.getMessage());
    }
  }

  private static Optional<MirrorFailure> noRoom(String reason) {
    return Optional.of(new MirrorFailure(MirrorFailure.Kind.NO_ROOM, reason));
  }

  private static String mib(long bytes) {
    return (bytes >> MIB_BITS) + " MiB";
  }

  /** A file is there and open, or will not come. */
  synchronized void ended(Path whole, boolean isThere) {
    Entry entry = entries.get(whole);
    if (entry != null) {
      entry.isComing = false;
      entry.isWhole = isThere;
    }
  }

  /** A question is answered from the file. */
  synchronized void use(Path whole) {
    entries.get(whole);
  }

  /** Whether it has the whole file. */
  synchronized boolean hasWhole(Path whole) {
    Entry entry = entries.get(whole);
    return entry != null && entry.isWhole && !entry.isComing;
  }

  /** Removes the files of which all blocks are stored. */
  public void storedUpTo(long number) {
    removeIf(name -> name.highest() <= number);
  }

  private synchronized void removeIf(Predicate<EraName> isDone) {
    for (Map.Entry<Path, Entry> entry : List.copyOf(entries.entrySet())) {
      boolean isStored =
          EraName.parse(entry.getKey().getFileName().toString()).filter(isDone).isPresent();
      if (isStored && !entry.getValue().isComing) {
        remove(entry.getKey());
      }
    }
  }

  synchronized void remove(Path whole) {
    entries.remove(whole);
    for (String ending : List.of("", ".part", ".tag")) {
      Path file = whole.resolveSibling(whole.getFileName() + ending);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        cannot("remove", file, e);
      }
    }
    listeners.forEach(listener -> listener.accept(whole));
  }

  private static void cannot(String what, Path file, IOException e) {
    LOG.atWarn()
        .setMessage("Cache of era files has a problem")
        .addKeyValue("cannot", what)
        .addKeyValue("file", file)
        .addKeyValue("reason", e.getMessage())
        .log();
  }

  /** The bytes of all files and of those that are coming. */
  public synchronized long bytes() {
    return held(null);
  }

  /** Where a file of a mirror is kept. */
  static Path in(Path place, EraFile file) {
    return place.resolve(file.name().file());
  }
}
