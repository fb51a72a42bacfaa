package dev.windlass.p2p.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.Evidence;
import dev.windlass.fixtures.Opened;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EraShelfTest {
  private static final EraFile FILE =
      new EraFile(EraName.parse("made-00000-00000000.era1").orElseThrow(), Optional.empty());

  @TempDir private Path folder;
  @RegisterExtension private final Opened opened = new Opened();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    opened.with(
        () -> {
          Workers.close(vertx).toCompletionStage().toCompletableFuture().join();
          vertx.close().toCompletionStage().toCompletableFuture().join();
        });
  }

  private final class Source implements EraSource {
    private final String address;
    private boolean isHere;
    private Future<Brought> coming;

    Source(String address) {
      this.address = address;
    }

    @Override
    public String name() {
      return "made";
    }

    @Override
    public String mark() {
      return "";
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public Future<List<EraFile>> list() {
      return Future.succeededFuture(List.of(FILE));
    }

    @Override
    public Future<Brought> bring(EraFile file, boolean isAhead, LongConsumer onBytes) {
      events.add("brought");
      return coming != null
          ? coming
          : Future.succeededFuture(new Brought(folder.resolve(file.name().file()), true));
    }

    @Override
    public void use(EraFile file) {
      events.add("used");
    }

    @Override
    public void release(EraFile file) {
      events.add("released");
    }

    @Override
    public boolean isHere(EraFile file) {
      return isHere;
    }

    @Override
    public Future<Void> discard(EraFile file) {
      events.add("discarded");
      return Future.succeededFuture();
    }

    @Override
    public void close() {}
  }

  private final class Heard implements EraShelf.Observer {
    @Override
    public void onBad(EraFile file, String evidence, Optional<Evidence> proof) {
      events.add(evidence);
    }

    @Override
    public void onAbsent(EraFile file, String reason) {
      events.add(reason);
    }
  }

  private Optional<OpenEra> get(EraSource source) throws Exception {
    EraShelf shelf = new EraShelf(vertx, source, AccumulatorRoots.NONE, count -> {}, new Heard());
    shelf.list(List.of(FILE));
    return Future.<Optional<OpenEra>>future(
            promise ->
                vertx.getOrCreateContext().runOnContext(now -> shelf.get(0).onComplete(promise)))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldNotBlameAMirrorIfItsCopyCannotBeRead() {
    String failure =
        assertThrows(ExecutionException.class, () -> get(new Source("host:443"))).getMessage();
    assertTrue(failure.endsWith("no such file"), failure);
    assertEquals(List.of("brought", "released"), events);
  }

  private Optional<OpenEra> getOfTwo(Source other, boolean isOtherAsked) throws Exception {
    EraShelves shelves = new EraShelves(vertx, 1);
    EraShelf first = new EraShelf(vertx, other, AccumulatorRoots.NONE, count -> {}, new Heard());
    EraShelf own =
        new EraShelf(vertx, new Source("own:443"), AccumulatorRoots.NONE, count -> {}, new Heard());
    for (EraShelf shelf : List.of(first, own)) {
      shelf.list(List.of(FILE));
      shelves.add(shelf);
    }
    return Future.<Optional<OpenEra>>future(
            promise ->
                vertx
                    .getOrCreateContext()
                    .runOnContext(
                        now -> {
                          if (isOtherAsked) {
                            first.get(0);
                          }
                          shelves.get(own, 0).onComplete(promise);
                        }))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldFetchAFileThatAnotherFolderCannotRead() {
    Source other = new Source("");
    other.isHere = true;
    String failure =
        assertThrows(ExecutionException.class, () -> getOfTwo(other, false)).getMessage();
    assertTrue(failure.endsWith("no such file"), failure);
    assertEquals(2, events.stream().filter("brought"::equals).count(), events.toString());
  }

  @Test
  void shouldNotTryAgainAtOnceToFetchAhead() {
    EraShelf shelf =
        new EraShelf(vertx, failing(), AccumulatorRoots.NONE, count -> {}, new Heard());
    shelf.list(List.of(FILE));
    shelf.getAhead(0);
    shelf.getAhead(0);
    assertEquals(List.of("brought"), events);
    assertTrue(shelf.get(0).failed(), "it is wanted now");
    assertEquals(List.of("brought", "brought"), events);
  }

  private Source failing() {
    Source source = new Source("own:443");
    source.coming = Future.failedFuture("no room");
    return source;
  }

  @Test
  void shouldFetchAFileThatIsSlowToComeFromAnother() {
    Source other = new Source("slow:443");
    other.coming = Promise.<EraSource.Brought>promise().future();
    assertThrows(ExecutionException.class, () -> getOfTwo(other, true));
    assertEquals(List.of("brought", "brought", "released"), events);
  }

  @Test
  void shouldLeaveOutAFileOfTheUserThatCannotBeRead() throws Exception {
    assertEquals(Optional.empty(), get(new Source("")));
    assertEquals(List.of("brought", "released", "no such file", "discarded"), events);
  }

  @Test
  void shouldReleaseAFileOnceItHasBeenChecked() throws Exception {
    Files.write(folder.resolve(FILE.name().file()), new byte[8]);
    assertEquals(Optional.empty(), get(new Source("host:443")));
    String evidence = "begins with 0x00000000: no era file";
    assertEquals(List.of("brought", "released", evidence, "discarded"), events);
  }
}
