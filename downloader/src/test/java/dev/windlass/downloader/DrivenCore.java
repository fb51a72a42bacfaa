package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Floor;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.PeerLimits;
import dev.windlass.store.MemoryBlockStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A core that a test drives event by event. The test causes each answer and each result of the
 * store.
 */
public final class DrivenCore {
  public static final long MILLIS = 1_000_000L;
  public static final long SECONDS = 1_000 * MILLIS;

  /** Requests of six hashes or headers, and of four blocks; one at a time to each peer. */
  public static final DownloaderLimits LIMITS =
      DownloaderLimits.DEFAULT.with(limits -> limits.peers = limits.peers.with(DrivenCore::small));

  /** Far more than a chain of some blocks needs. */
  private static final int ACTIONS_MAX = 1_000;

  private final MemoryBlockStore store;
  private final StoreWork work;
  private final Downloader core;
  private final Deque<StoreJob> jobs = new ArrayDeque<>();
  private final List<Action> done = new ArrayList<>();
  private final List<Action.Ask> open = new ArrayList<>();
  private long now;

  private static void small(PeerLimits.Draft peers) {
    peers.hashesPerRequestMax = 6;
    peers.headersPerRequestMax = 6;
    peers.wholeBlocksPerRequestMax = 4;
    peers.bodiesPerRequestMax = 4;
    peers.blocksPerRequestFirst = 4;
    peers.creditsMax = 1;
  }

  public DrivenCore(DownloaderLimits limits, Block root, Map<Hash, String> bans) {
    this(limits, new MemoryBlockStore(root), bans, Trust.ROOT_ONLY);
  }

  public DrivenCore(
      DownloaderLimits limits, MemoryBlockStore store, Map<Hash, String> bans, Trust trust) {
    this.store = store;
    work = new StoreWork(store, trust);
    core =
        new Downloader(
            limits.with(draft -> draft.history = draft.history.in(store)),
            Floor.of(store),
            store.tip(),
            bans,
            trust,
            new SplittableRandom(1));
    core.noteGaps(store.gaps());
  }

  public DrivenCore(Block root) {
    this(LIMITS, root, Map.of());
  }

  /** Passes an event to the core at the current time. */
  public void tell(Function<Downloader, List<Action>> event) {
    List<Action> actions = event.apply(core);
    core.checkInvariants();
    if (done.size() > ACTIONS_MAX) {
      throw new AssertionError("it never ends: " + actions);
    }
    for (Action action : actions) {
      done.add(action);
      if (action instanceof Action.Store task) {
        jobs.add(task.job());
      } else if (action instanceof Action.Ask ask) {
        open.add(ask);
      }
    }
  }

  /** Connects a peer with this chain. */
  public PeerId connect(String name, PeerKind kind, List<Block> chain) {
    PeerId peer = PeerId.of(name);
    Block head = chain.get(chain.size() - 1);
    tell(c -> c.onPeer(peer, kind, Announcement.ofPeer(peer, head.hash(), head.number()), now));
    return peer;
  }

  /** An operator names an anchor, and the store looks up its chain. */
  public void sync(Block anchor) {
    tell(c -> c.onAnnouncement(Announcement.ofOperator(anchor.hash()), now));
    runStore();
  }

  /** A peer announces a head, and the store looks up its chain. */
  public void announce(PeerId peer, Block head) {
    tell(c -> c.onAnnouncement(Announcement.ofPeer(peer, head.hash(), head.number()), now));
    runStore();
  }

  /** The store does all its work. */
  public void runStore() {
    while (!jobs.isEmpty()) {
      StoreJob job = jobs.removeFirst();
      tell(c -> job.doWith(work).news().tell(c, now));
    }
  }

  /** A peer answers as an honest server of this chain. */
  public void answer(Action.Ask ask, List<Block> chain) {
    reply(ask, ask.question().answeredBy(new ChainServer(new ListedChain(chain))));
  }

  /** A peer answers with these items. */
  public void reply(Action.Ask ask, List<byte[]> items) {
    open.remove(ask);
    deliver(ask, ask.question(), items);
  }

  private <T> void deliver(Action.Ask ask, Question<T> question, List<byte[]> items) {
    tell(c -> c.onDelivery(ask.peer(), ask.ticket(), question, question.judge(items), now));
  }

  /** Answers all questions of this and further rounds honestly, until nothing more is asked. */
  public void answerAll(List<Block> chain) {
    runStore();
    while (!open.isEmpty()) {
      answer(open.get(0), chain);
      runStore();
    }
  }

  /** Answers headers and runs the store, until something else is asked. */
  public void walkHeaders(List<Block> chain) {
    runStore();
    while (!open.isEmpty() && open.get(0).question() instanceof Question.Headers) {
      answer(open.get(0), chain);
      runStore();
    }
  }

  /** Moves the time on to the next deadline of the core. */
  public void passToDeadline() {
    now = core.nextDeadlineNanos();
    tell(c -> c.onTime(now));
  }

  public void pass(long nanos) {
    now += nanos;
    tell(c -> c.onTime(now));
  }

  /** What was asked and is not answered, in the order in which it was asked. */
  public List<Action.Ask> open() {
    return List.copyOf(open);
  }

  /** The only open question to a peer. */
  public Action.Ask open(PeerId peer) {
    List<Action.Ask> asked = open.stream().filter(ask -> ask.peer().equals(peer)).toList();
    if (asked.size() != 1) {
      throw new AssertionError(peer + " has " + asked + " of " + done);
    }
    return asked.get(0);
  }

  /** The question that is open to a peer, which is of this kind. */
  public <T extends Question<?>> T question(PeerId peer, Class<T> kind) {
    return kind.cast(open(peer).question());
  }

  public boolean isAsked(PeerId peer) {
    return open.stream().anyMatch(ask -> ask.peer().equals(peer));
  }

  /** What the core has decided of this kind, in order. */
  public <T extends Action> List<T> actions(Class<T> kind) {
    return done.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only action of this kind. */
  public <T extends Action> T action(Class<T> kind) {
    List<T> all = actions(kind);
    if (all.size() != 1) {
      throw new AssertionError(all + " of " + done);
    }
    return all.get(0);
  }

  /** The work of this kind that the store was given, in order. */
  public <T extends StoreJob> List<T> jobs(Class<T> kind) {
    return actions(Action.Store.class).stream()
        .map(Action.Store::job)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  public Downloader core() {
    return core;
  }

  public BlockId tip() {
    return store.tip();
  }

  public long now() {
    return now;
  }
}
