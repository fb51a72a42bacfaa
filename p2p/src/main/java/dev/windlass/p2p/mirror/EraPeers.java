package dev.windlass.p2p.mirror;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.p2p.DialSchedule;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.log.Repeats;
import dev.windlass.peerset.Wanted.Item;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorLimits;
import dev.windlass.wire.mirror.MirrorUrl;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Adds each folder of era files that the user named as a peer, once it has listed its files. A
 * wrong file is banned under the name of its peer and its own, and the peer goes on with its
 * others.
 *
 * <p>Any thread may call it. One context owns all folders.
 */
public final class EraPeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EraPeers.class);

  /** How often a folder is listed again. An era takes more than a day. */
  private static final Duration LIST_AGAIN = Duration.ofHours(1);

  private static final long BAN_LOOK_MILLIS = 10_000;

  /** How often the downloader hears that bytes come. */
  private static final long RECEIVING_NANOS = 1_000_000_000L;

  /** If an era has not come from one folder in this time, it is fetched from another one too. */
  private static final long SLOW_MILLIS = 60_000;

  private static final int REASONS_MAX = 64;
  private static final int NAMES_SHOWN = 3;
  private static final String FOLDER = "file:";
  private static final String MIRROR = "era+";

  /** The head of a folder is not known by its hash, and no sync begins with it. */
  private static final Hash HEAD_UNKNOWN = Hash.ZERO;

  private final EraPeerLink.Surroundings node;
  private final Vertx vertx;
  private final DownloaderVerticle downloader;
  private final PeerDirectory directory;
  private final Optional<String> network;
  private final EraCache cache;
  private final EraShelves shelves;
  private final AccumulatorRoots roots;
  private final ErasAhead ahead;
  private final Context context;
  private final Set<PeerId> ids = new HashSet<>();
  private final List<EraPeer> peers = new CopyOnWriteArrayList<>();
  private volatile boolean isClosed;

  /**
   * What the user trusts.
   *
   * @param numbers of hashes, by which a head is found in its file
   * @param roots files of these eras are fetched before their blocks are wanted
   */
  public record Trusted(Map<Hash, Long> numbers, AccumulatorRoots roots) {
    public static final Trusted NOTHING = new Trusted(Map.of(), AccumulatorRoots.NONE);

    public Trusted {
      numbers = Map.copyOf(numbers);
      Objects.requireNonNull(roots);
    }
  }

  /**
   * Connects to none yet.
   *
   * @param network files of other networks are ignored. Empty if the network has no public name
   */
  public EraPeers(
      Vertx vertx,
      DownloaderVerticle downloader,
      PeerDirectory directory,
      Optional<String> network,
      Trusted trusted,
      EraCache cache) {
    this.vertx = vertx;
    this.downloader = downloader;
    this.directory = directory;
    this.network = network;
    this.cache = cache;
    this.context = vertx.getOrCreateContext();
    this.shelves = new EraShelves(vertx, SLOW_MILLIS);
    this.roots = trusted.roots();
    this.ahead = new ErasAhead(trusted.roots(), shelves, this::wanted, this::proven);
    this.node =
        new EraPeerLink.Surroundings(
            vertx, downloader, shelves, trusted.numbers(), this::isHeaderElsewhere, ahead);
  }

  /** What the sync may want of the blocks that are not stored. */
  private ErasAhead.Wanted wanted() {
    Progress progress = downloader.progress();
    boolean isPaused = progress.waiting().stream().anyMatch(Progress.WaitingReason.PAUSED::equals);
    boolean isAny = progress.sync().isPresent() || progress.wanted().isAny();
    long anchor = progress.sync().map(Progress.ActiveSync::anchorNumber).orElse(-1L);
    long last = Math.max(anchor, progress.wanted().bestNumber());
    return new ErasAhead.Wanted(
        isAny && !isPaused, progress.tip().number() + 1, anchor < 0 ? Long.MAX_VALUE : last);
  }

  private void proven(EraShelf shelf) {
    peers.stream().filter(peer -> peer.shelf == shelf).forEach(EraPeer::proven);
  }

  /** Begins to list these mirrors. Call it once. */
  public void connectMirrors(List<MirrorUrl> urls, MirrorLimits limits) {
    cache.open(urls.stream().map(url -> cache.place(url.placeText())).toList());
    List<EraSource> sources = new ArrayList<>();
    urls.forEach(url -> sources.add(new MirrorSource(vertx, url, limits, cache)));
    connect(sources);
  }

  /** Begins to list these folders. */
  public void connectFolders(List<Path> folders) {
    List<EraSource> sources = new ArrayList<>();
    folders.forEach(folder -> sources.add(new FolderSource(vertx, folder)));
    connect(sources);
  }

  /**
   * Two folders of one host are told apart by a mark of their paths, which are not shown. Bans are
   * kept under these names, so their order must not matter.
   */
  private void connect(List<EraSource> sources) {
    for (EraSource source : sources) {
      long namesakes = sources.stream().filter(of -> of.name().equals(source.name())).count();
      boolean isMarked = namesakes > 1 && !source.mark().isEmpty();
      connect(source, isMarked ? source.name() + "#" + source.mark() : source.name());
    }
  }

  private void connect(EraSource source, String name) {
    PeerId id = PeerId.of(name);
    for (int copy = 2; !ids.add(id); copy++) {
      // The same folder twice, as with two users.
      id = PeerId.of(name + "#" + copy);
    }
    EraPeer peer = new EraPeer(id, source);
    peers.add(peer);
    directory.named(id, source.address());
    cache.onRemoved(
        path ->
            peer.on(
                () -> {
                  peer.shelf.removed(path);
                  ahead.hasRoom();
                }));
    peer.on(
        () -> {
          shelves.add(peer.shelf);
          peer.list();
        });
  }

  /**
   * Whether a node serves the header of this number, so that no era has to be fetched for it. If
   * the number is not known, it is whether any node serves headers.
   */
  private boolean isHeaderElsewhere(long number) {
    return downloader.progress().peers().stream()
        .filter(EraPeers::isNode)
        .anyMatch(
            node ->
                number < 0
                    || (node.headers().first() <= number && number <= node.headers().last()));
  }

  private static boolean isNode(Progress.PeerView peer) {
    return peer.kind().equals("header")
        && !peer.id().startsWith(MIRROR)
        && !peer.id().startsWith(FOLDER);
  }

  @Override
  public void close() {
    isClosed = true;
    peers.forEach(peer -> peer.on(peer::close));
  }

  /** One folder. */
  private final class EraPeer implements EraShelf.Observer {
    private final PeerId id;
    private final EraSource source;
    private final EraShelf shelf;
    private final DialSchedule schedule = new DialSchedule(new Random());
    private final Repeats<String> told = new Repeats<>(REASONS_MAX);
    private boolean isConnected;
    private long timer = -1;
    private long openedNanos;
    private long listedNanos;

    /** Files that are not used because of their bans. */
    private final Set<EraFile> banned = new HashSet<>();

    /** Files whose contradiction to a root was said. */
    private final Set<EraFile> contradictions = new HashSet<>();

    private int provenAhead;
    private long receivedBytes;
    private long receivedNanos;

    EraPeer(PeerId id, EraSource source) {
      this.id = id;
      this.source = source;
      this.shelf = new EraShelf(vertx, source, roots, this::received, this);
    }

    void on(Runnable work) {
      context.runOnContext(ignored -> work.run());
    }

    /** Does this after this time, in place of what was to be done later before. */
    private void after(long millis, Runnable work) {
      vertx.cancelTimer(timer);
      if (!isClosed) {
        timer = vertx.setTimer(millis, ignored -> on(work));
      }
    }

    /**
     * The deadlines of all folders are extended, since a file serves the questions to all of them.
     */
    private void received(long bytes) {
      receivedBytes += bytes;
      long now = System.nanoTime();
      if (now - receivedNanos >= RECEIVING_NANOS) {
        long count = receivedBytes;
        receivedBytes = 0;
        receivedNanos = now;
        peers.forEach(peer -> downloader.receiving(peer.id, peer == this ? count : 0));
      }
    }

    private void lookLater() {
      after(BAN_LOOK_MILLIS, this::look);
    }

    /** Lists the folder once that is due, or an operator has ended the ban of a file. */
    private void look() {
      Instant now = directory.now();
      boolean isPardoned = banned.removeIf(file -> directory.ban(idOf(file), now).isEmpty());
      if (isPardoned || System.nanoTime() - listedNanos >= LIST_AGAIN.toNanos()) {
        list();
      } else {
        lookLater();
      }
      ahead.rested(shelf);
    }

    private void list() {
      if (isClosed) {
        return;
      }
      listedNanos = System.nanoTime();
      Instant now = directory.now();
      long heldBack = DialSchedule.millisHeldBack(directory.ban(id, now), now);
      if (heldBack > 0) {
        // An operator may end the ban before.
        after(Math.min(heldBack, BAN_LOOK_MILLIS), this::list);
        return;
      }
      source
          .list()
          .map(this::ofNetwork)
          .onSuccess(files -> on(() -> listed(files)))
          .onFailure(cause -> on(() -> failed(cause.getMessage())));
    }

    /** Those of the network. */
    private List<EraFile> ofNetwork(List<EraFile> files) {
      List<EraFile> ofNetwork =
          files.stream()
              .filter(file -> network.stream().allMatch(file.name().network()::equals))
              .toList();
      List<String> names =
          (network.isPresent() && ofNetwork.isEmpty() ? files : ofNetwork)
              .stream().map(file -> file.name().network()).distinct().toList();
      if (ofNetwork.isEmpty() || names.size() > 1) {
        String wanted = network.map(name -> ", and none of " + name).orElse("");
        throw new IllegalStateException("it has files of " + some(names) + wanted);
      }
      return ofNetwork;
    }

    /** A mirror may name thousands. */
    private static String some(List<String> names) {
      String some = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(" and "));
      int more = names.size() - NAMES_SHOWN;
      return more > 0 ? some + " and " + more + " other networks" : some;
    }

    private PeerId idOf(EraFile file) {
      return PeerId.of(id + "/" + file);
    }

    private void listed(List<EraFile> files) {
      if (isClosed) {
        return;
      }
      Instant now = directory.now();
      banned.clear();
      files.stream()
          .filter(file -> directory.ban(idOf(file), now).isPresent())
          .forEach(banned::add);
      shelf.list(files.stream().filter(file -> !banned.contains(file)).toList());
      if (shelf.isEmpty()) {
        park();
        return;
      }
      show();
      tellContradictions(files);
      ahead.go(shelf);
      lookLater();
      Head head = Head.of(HEAD_UNKNOWN, (shelf.highestEra() + 1) * EraName.BLOCKS - 1);
      long lowest = shelf.lowestEra() * EraName.BLOCKS;
      Announcement said =
          Announcement.ofPeer(id, head)
              .servingFrom(Item.HEADER, lowest)
              .servingFrom(Item.BLOCK, lowest);
      if (isConnected) {
        downloader.announce(said);
        return;
      }
      isConnected = true;
      openedNanos = System.nanoTime();
      schedule.connected();
      LOG.atInfo()
          .setMessage("Peer connected")
          .addKeyValue("peer", id)
          .addKeyValue("eras", new Quantity.Count(shelf.eras()))
          .addKeyValue("first", new Quantity.Count(shelf.lowestEra() * EraName.BLOCKS))
          .addKeyValue("last", new Quantity.Count(head.number()))
          .log();
      downloader.connectUntrusted(
          new EraPeerLink(
              id, source.address(), context, shelf, node, (peer, reason) -> on(() -> gone(reason))),
          said);
    }

    /** They are not fetched ahead. If the links lead to their blocks, they are used. */
    private void tellContradictions(List<EraFile> files) {
      List<EraFile> others =
          files.stream()
              .filter(file -> roots.contradicts(file.name()))
              .filter(contradictions::add)
              .toList();
      if (others.isEmpty()) {
        return;
      }
      EraFile first = others.get(0);
      LOG.atWarn()
          .setMessage("Era files contradict --accumulators")
          .addKeyValue("files", new Quantity.Count(others.size()))
          .addKeyValue("first", first)
          .addKeyValue("root", roots.of(first.name().era()).orElseThrow())
          .addKeyValue("peer", id)
          .addKeyValue("then", "not fetched ahead, and used only if the links prove their blocks")
          .log();
    }

    private void proven() {
      provenAhead++;
      if (isConnected) {
        show();
      }
    }

    private void show() {
      String eras = shelf.eras() == 1 ? "1 era" : shelf.eras() + " eras";
      PeerDirectory.Connection shown =
          new PeerDirectory.Connection(
              provenAhead == 0 ? eras : eras + ", " + provenAhead + " proven ahead",
              "era",
              shelf.lowestEra() * EraName.BLOCKS,
              (shelf.highestEra() + 1) * EraName.BLOCKS - 1);
      directory.connected(id, source.address(), false, shown);
    }

    private void failed(String reason) {
      if (isConnected) {
        // What it listed before still holds. It is listed again in time.
        lookLater();
        return;
      }
      LOG.atLevel(schedule.level(reason, System.nanoTime()))
          .setMessage("Peer not reached")
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
      directory.failed(id, reason);
      after(schedule.millisAfterFailure(), this::list);
    }

    private void gone(String reason) {
      if (!isConnected) {
        return;
      }
      Duration lasted = Duration.ofNanos(System.nanoTime() - openedNanos);
      leave(reason);
      after(schedule.millisAfterConnection(lasted, false), this::list);
    }

    private void leave(String reason) {
      isConnected = false;
      directory.failed(id, reason);
      downloader.disconnect(id);
      LOG.atInfo()
          .setMessage("Peer gone")
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
    }

    /** It has no file that can be used, until its listing changes or a ban ends. */
    private void park() {
      String reason = "it has no file left that can be used";
      if (isConnected) {
        leave(reason);
      } else {
        LOG.atLevel(schedule.level(reason, System.nanoTime()))
            .setMessage("Peer refused")
            .addKeyValue("peer", id)
            .addKeyValue("reason", reason)
            .log();
        directory.failed(id, reason);
      }
      lookLater();
    }

    private void noteFiles() {
      if (shelf.isEmpty()) {
        park();
      } else if (isConnected) {
        show();
      }
    }

    @Override
    public void onBad(EraFile file, String evidence, Optional<Evidence> proof) {
      if (proof.isPresent() || !source.address().isEmpty()) {
        banned.add(file);
        downloader.refuse(idOf(file), evidence, proof);
      } else {
        // The user may mend it.
        LOG.atWarn()
            .setMessage("File is left out")
            .addKeyValue("file", file)
            .addKeyValue("peer", id)
            .addKeyValue("reason", evidence)
            .log();
      }
      noteFiles();
    }

    @Override
    public void onAbsent(EraFile file, String reason) {
      LOG.atLevel(told.level(Level.WARN, reason, System.nanoTime()))
          .setMessage("Era file cannot be had")
          .addKeyValue("file", file)
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
      noteFiles();
    }

    void close() {
      vertx.cancelTimer(timer);
      source.close();
      shelf.close();
    }
  }
}
