package dev.windlass.p2p.mirror;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.mirror.MirrorFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * The era files of one source: which eras it has, and the files that are open. A file is brought,
 * checked and opened when a block of it is wanted.
 *
 * <p>Owned by one context. It has {@link #OPEN_MAX} open files at most, beside those that are being
 * read.
 */
final class EraShelf {
  static final int OPEN_MAX = 4;

  private static final int COMING_MAX = 2;
  private static final long AHEAD_AGAIN_NANOS = 10_000_000_000L;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final int READ_BYTES = 1 << 16;

  private final Vertx vertx;
  private final EraSource source;
  private final AccumulatorRoots roots;
  private final LongConsumer onBytes;
  private final Observer observer;

  /** The files of each era that are not refused, the preferred one first. */
  private final TreeMap<Long, Deque<EraFile>> files = new TreeMap<>();

  /** The one that was used longest ago comes first. */
  private final Map<Long, OpenEra> open = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Long, Coming> coming = new HashMap<>();
  private OptionalLong aheadFailedNanos = OptionalLong.empty();
  private boolean isClosed;

  private record Coming(Future<Optional<OpenEra>> opening, boolean isAhead, long sinceNanos) {}

  /** Hears what becomes of files. */
  interface Observer {
    /** The file is wrong, so it is not used any more. The bytes prove it, if there are any. */
    void onBad(EraFile file, String evidence, Optional<Evidence> proof);

    /** The file is not to be had now. */
    void onAbsent(EraFile file, String reason);
  }

  /**
   * @param roots a file whose name promises one of them is wrong if its blocks make another one
   */
  EraShelf(
      Vertx vertx,
      EraSource source,
      AccumulatorRoots roots,
      LongConsumer onBytes,
      Observer observer) {
    this.vertx = vertx;
    this.source = source;
    this.roots = roots;
    this.onBytes = onBytes;
    this.observer = observer;
  }

  /** Takes over a new listing. */
  void list(List<EraFile> listed) {
    files.clear();
    for (EraFile file : listed) {
      Deque<EraFile> candidates =
          files.computeIfAbsent((long) file.name().era(), era -> new ArrayDeque<>());
      if (roots.promisedBy(file.name()).isPresent()) {
        // What is fetched ahead is then what is used.
        candidates.addFirst(file);
      } else {
        candidates.add(file);
      }
    }
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  boolean has(long era) {
    return files.containsKey(era);
  }

  int eras() {
    return files.size();
  }

  long lowestEra() {
    return files.firstKey();
  }

  long highestEra() {
    return files.lastKey();
  }

  /** The open files. */
  List<OpenEra> opened() {
    return List.copyOf(open.values());
  }

  boolean isOpen(long era) {
    return open.containsKey(era);
  }

  /** Whether the file of an era is on this machine. */
  boolean isHere(long era) {
    Deque<EraFile> candidates = files.get(era);
    return candidates != null && source.isHere(candidates.getFirst());
  }

  /** Whether the file of an era is being brought. */
  boolean isComing(long era) {
    return coming.containsKey(era);
  }

  /** For how long the file of an era has been coming. */
  long millisComing(long era) {
    return (System.nanoTime() - coming.get(era).sinceNanos()) / NANOS_OF_MILLI;
  }

  /**
   * The file of an era, which is brought if it is not open. Empty if the source has no good one.
   * Fails if the source cannot bring it now.
   */
  Future<Optional<OpenEra>> get(long era) {
    OpenEra there = open.get(era);
    if (there != null) {
      source.use(there.file());
      return Future.succeededFuture(Optional.of(there));
    }
    Coming before = coming.get(era);
    if (before == null) {
      return begin(era, false);
    }
    // It may have found no free room, and is now wanted more than others.
    return before.isAhead() ? before.opening().recover(cause -> get(era)) : before.opening();
  }

  private Future<Optional<OpenEra>> begin(long era, boolean isAhead) {
    Future<Optional<OpenEra>> opening = bring(era, isAhead, false);
    if (!opening.isComplete()) {
      coming.put(era, new Coming(opening, isAhead, System.nanoTime()));
      opening.onComplete(done -> coming.remove(era));
    }
    return opening;
  }

  /** Brings a file that will soon be wanted, unless others are coming or that failed lately. */
  void getAhead(long era) {
    boolean isTooSoon =
        aheadFailedNanos.stream().anyMatch(at -> System.nanoTime() - at < AHEAD_AGAIN_NANOS);
    if (has(era) && coming.size() < COMING_MAX && !isTooSoon) {
      begin(era, true).onFailure(cause -> aheadFailedNanos = OptionalLong.of(System.nanoTime()));
    }
  }

  /** Whether it can bring a file whose name promises the trusted root of its era. */
  boolean canProve(long era) {
    Deque<EraFile> candidates = files.get(era);
    return candidates != null
        && !source.address().isEmpty()
        && roots.promisedBy(candidates.getFirst().name()).isPresent();
  }

  /**
   * Brings a file whose name promises the trusted root of its era, for which no other one is
   * removed, and proves each block of it. Empty if it has no good one. Fails if it cannot be had
   * now.
   */
  Future<Optional<EraFile>> prove(long era) {
    return begin(era, true)
        .compose(
            found -> {
              boolean isPromised =
                  found.filter(of -> roots.promisedBy(of.file().name()).isPresent()).isPresent();
              return isPromised ? proven(found.get()) : Future.succeededFuture(Optional.empty());
            });
  }

  /** Its root has proven the headers. */
  private Future<Optional<EraFile>> proven(OpenEra era) {
    era.begin();
    return Workers.run(vertx, () -> EraBodies.fault(era.chain()))
        .onComplete(done -> era.end())
        .map(
            fault -> {
              if (fault.isEmpty()) {
                return Optional.of(era.file());
              }
              refuse(era.file(), fault.get().evidence(), fault.get().proof());
              return Optional.empty();
            });
  }

  private Future<Optional<OpenEra>> bring(long era, boolean isAhead, boolean isSecondTry) {
    Deque<EraFile> candidates = files.get(era);
    if (candidates == null || isClosed) {
      return Future.succeededFuture(Optional.empty());
    }
    EraFile file = candidates.getFirst();
    return source
        .bring(file, isAhead, onBytes)
        .compose(
            brought ->
                Workers.run(vertx, () -> checked(file, brought.path()))
                    .map(this::opened)
                    .onComplete(done -> source.release(file))
                    .recover(
                        cause ->
                            bad(file, cause, brought.isFresh() || isSecondTry)
                                .compose(again -> bring(era, isAhead, again))),
            cause -> absent(file, cause).compose(next -> bring(era, isAhead, false)));
  }

  private Optional<OpenEra> opened(OpenEra era) {
    if (isClosed) {
      era.retire();
      return Optional.empty();
    }
    open.put((long) era.file().name().era(), era);
    while (open.size() > OPEN_MAX) {
      retire(open.keySet().iterator().next());
    }
    return Optional.of(era);
  }

  private void retire(long era) {
    OpenEra retired = open.remove(era);
    if (retired != null) {
      retired.retire();
    }
  }

  /** Whether this machine could not read its copy, which says nothing about the source's file. */
  boolean isOwnFault(Throwable cause) {
    boolean isCopy = !source.address().isEmpty();
    return isCopy && cause instanceof FileChainException problem && problem.isOfDisk();
  }

  /** A file that came in parts may be of two versions, so it is brought once more. */
  private Future<Boolean> bad(EraFile file, Throwable cause, boolean isProven) {
    boolean isOfFile = cause instanceof FileChainException || cause instanceof BadFileException;
    if (!isOfFile || isOwnFault(cause)) {
      return Future.failedFuture(cause);
    }
    if (isProven) {
      refuse(file, words(file, cause), Optional.empty());
    }
    return source.discard(file).map(!isProven);
  }

  /** Without the path, which ends with the name of the file. */
  private static String words(EraFile file, Throwable cause) {
    String message = cause.getMessage();
    int at = message.indexOf(file + ": ");
    return at < 0 ? message : message.substring(at + file.toString().length() + 2);
  }

  private Future<Void> absent(EraFile file, Throwable cause) {
    boolean isOfFile =
        cause instanceof MirrorFailure failure
            && (failure.kind() == MirrorFailure.Kind.ABSENT
                || failure.kind() == MirrorFailure.Kind.NO_ROOM);
    if (!isOfFile) {
      return Future.failedFuture(cause);
    }
    drop(file);
    observer.onAbsent(file, cause.getMessage());
    return Future.succeededFuture();
  }

  /** Uses a file no more, since it is wrong. */
  void refuse(EraFile file, String evidence, Optional<Evidence> proof) {
    if (drop(file)) {
      observer.onBad(file, evidence, proof);
    }
  }

  /** Whether it was there. */
  private boolean drop(EraFile file) {
    long era = file.name().era();
    Deque<EraFile> candidates = files.get(era);
    boolean isThere = candidates != null && candidates.remove(file);
    if (isThere && candidates.isEmpty()) {
      files.remove(era);
    }
    OpenEra there = open.get(era);
    if (there != null && there.file().equals(file)) {
      retire(era);
    }
    return isThere;
  }

  /** The cache has removed a file. */
  void removed(Path path) {
    for (OpenEra era : opened()) {
      if (era.path().equals(path)) {
        retire(era.file().name().era());
      }
    }
  }

  void close() {
    isClosed = true;
    List.copyOf(open.keySet()).forEach(this::retire);
  }

  /** A file is not what its name or its checksum promises. */
  private static final class BadFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadFileException(String message) {
      super(message, null, false, false);
    }
  }

  /** Runs on a worker. */
  private OpenEra checked(EraFile file, Path path) throws IOException {
    if (file.sha256().isPresent()) {
      String found = sha256(path);
      if (!found.equals(file.sha256().get())) {
        throw new BadFileException(
            "its SHA-256 is " + found + ", and its folder lists " + file.sha256().get());
      }
    }
    FileChain chain = FileChain.openEra(path);
    EraName name = file.name();
    if (chain.lowest().number() != name.lowest() || chain.head().number() > name.highest()) {
      chain.close();
      throw new BadFileException(
          String.format(
              "it has the blocks %d to %d, and its name promises %d to %d",
              chain.lowest().number(), chain.head().number(), name.lowest(), name.highest()));
    }
    Optional<Hash> promised = roots.promisedBy(name);
    if (!promised.equals(promised.flatMap(root -> chain.accumulator()))) {
      chain.close();
      throw new BadFileException(
          String.format(
              "its blocks make the accumulator root %s, and the trusted root of era %d is %s",
              chain.accumulator().map(Hash::toString).orElse("none"),
              name.era(),
              promised.orElseThrow()));
    }
    return new OpenEra(this, file, path, chain);
  }

  private static String sha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[READ_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
