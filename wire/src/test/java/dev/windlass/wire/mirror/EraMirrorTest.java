package dev.windlass.wire.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.fixtures.Opened;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraListing;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorServer.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EraMirrorTest {
  private static final String NAME = "mainnet-00000-5ec1ffb8.era1";
  private static final String OTHER = "mainnet-00001-a5364e9a.era1";
  private static final int SIZE = 3_000_000;
  private static final MirrorLimits QUICK = new MirrorLimits(1 << 16, 30_000, 1_000, 3, 1);

  @TempDir private Path folder;
  @RegisterExtension private final Opened opened = new Opened();
  private final byte[] bytes = new byte[SIZE];
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private MirrorLimits limits = QUICK;
  private Vertx vertx;
  private MirrorServer server;
  private Path whole;

  @BeforeEach
  void open() {
    new Random(7).nextBytes(bytes);
    vertx = Vertx.vertx();
    opened.with(
        () -> {
          Workers.close(vertx).toCompletionStage().toCompletableFuture().join();
          vertx.close().toCompletionStage().toCompletableFuture().join();
        });
    server = opened.with(new MirrorServer()).with(NAME, bytes);
    whole = folder.resolve("cache").resolve(NAME);
  }

  private <T> T get(Supplier<Future<T>> work) throws Exception {
    Future<T> result =
        Future.future(
            promise ->
                vertx.getOrCreateContext().runOnContext(ignored -> work.get().onComplete(promise)));
    return result.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private String failure(Supplier<Future<?>> work) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> get(() -> work.get().mapEmpty()));
    return ((MirrorFailure) failed.getCause()).kind() + ": " + failed.getCause().getMessage();
  }

  private EraMirror mirror(String url) {
    return new EraMirror(vertx, MirrorUrl.parse(url), limits);
  }

  private Future<Boolean> fetch(String url) {
    return fetch(url, Long.MAX_VALUE);
  }

  private Future<Boolean> fetch(String url, long bytesMax) {
    EraFile file = EraListing.of(List.of(), Map.of(name(), "")).get(0);
    return mirror(url)
        .fetch(
            file,
            whole,
            new EraMirror.Observer() {
              @Override
              public Optional<MirrorFailure> objectionToSize(long size) {
                return size > bytesMax
                    ? Optional.of(
                        new MirrorFailure(MirrorFailure.Kind.NO_ROOM, size + " are too many"))
                    : Optional.empty();
              }

              @Override
              public void onBytes(long count) {}

              @Override
              public void onTrouble(MirrorFailure failure, long millis) {
                troubles.add(failure.getMessage());
              }
            });
  }

  private static EraName name() {
    return EraName.parse(NAME).orElseThrow();
  }

  private void assertFetched() throws Exception {
    get(() -> fetch(server.url()));
    assertArrayEquals(bytes, Files.readAllBytes(whole));
    try (var left = Files.list(whole.getParent())) {
      assertEquals(List.of(whole), left.toList());
    }
  }

  @Test
  void shouldListTheFilesOfAnIndexPageWithTheirChecksums() throws Exception {
    String hash = "ab".repeat(32);
    server.with(OTHER, new byte[0]).with("readme.txt", new byte[0]);
    List<EraFile> bare = get(() -> mirror(server.url()).list());
    assertEquals("[" + NAME + ", " + OTHER + "]", bare.toString());
    assertEquals(Optional.empty(), bare.get(0).sha256());
    server.with("checksums.txt", (hash + "\n" + hash + "\n").getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.of(hash), get(() -> mirror(server.url()).list()).get(1).sha256());
    server.withoutIndex();
    String named = "cd".repeat(32);
    server.with(
        "checksums_sha256.txt", (named + "  " + OTHER + "\n").getBytes(StandardCharsets.UTF_8));
    List<EraFile> listed = get(() -> mirror(server.url()).list());
    assertEquals("[" + OTHER + "]", listed.toString());
    assertEquals(Optional.of(named), listed.get(0).sha256());
  }

  @Test
  void shouldSayWhyThereIsNoListing() {
    server.withoutIndex();
    String none =
        "BROKEN: neither its index page nor its checksums_sha256.txt names an era1 or ere file";
    assertEquals(none, failure(() -> mirror(server.url()).list()));
    server.faults((file, before) -> Optional.of(Fault.status(500)));
    assertEquals("BROKEN: HTTP 500", failure(() -> mirror(server.url()).list()));
    server.with("checksums_sha256.txt", new byte[1 << 17]);
    server.faults((file, before) -> Optional.empty());
    assertEquals(
        "BROKEN: its listing has more than 65536 bytes",
        failure(() -> mirror(server.url()).list()));
    String tls = failure(() -> mirror(server.url().replace("http:", "https:")).list());
    assertEquals("BROKEN: no TLS connection: not an SSL/TLS record", tls);
  }

  @Test
  void shouldFetchAWholeFile() throws Exception {
    assertFetched();
    assertEquals(List.of(), troubles);
  }

  @Test
  void shouldGoOnAtTheByteWhereADownloadWasCut() throws Exception {
    server.faults(
        (file, before) ->
            before < 2 ? Optional.of(Fault.cutAfter((before + 1) * 1_000_000)) : Optional.empty());
    assertFetched();
    assertEquals(SIZE, server.sent(NAME), "no byte was sent twice");
    assertEquals(
        List.of(NAME, NAME + " bytes=1000000-", NAME + " bytes=2000000-"), server.requests());
    assertEquals("the connection was closed after 1000000 of 3000000 bytes", troubles.get(0));
  }

  @Test
  void shouldGoOnAfterARestart() throws Exception {
    server.faults((file, before) -> Optional.of(Fault.cutAfter(1_000_000)));
    failure(() -> fetch(server.url()));
    server.faults((file, before) -> Optional.empty());
    assertFetched();
    assertEquals(SIZE, server.sent(NAME));
  }

  @Test
  void shouldBeginAnewIfTheServerIgnoresRanges() throws Exception {
    server.ignoreRanges();
    server.faults(
        (file, before) -> before == 0 ? Optional.of(Fault.cutAfter(1_000_000)) : Optional.empty());
    assertFetched();
    assertEquals(SIZE + 1_000_000, server.sent(NAME));
  }

  @Test
  void shouldBeginAnewIfTheFileHasChanged() throws Exception {
    server.faults(
        (file, before) -> {
          server.tag("\"" + before + "\"");
          return before == 0 ? Optional.of(Fault.cutAfter(1_000_000)) : Optional.empty();
        });
    assertFetched();
    assertEquals(SIZE + 1_000_000, server.sent(NAME));
  }

  @Test
  void shouldBeginAnewIfTheMirrorSendsMoreThanTheFile() throws Exception {
    server.faults(
        (file, before) ->
            switch (before) {
              case 0 -> Optional.of(Fault.cutAfter(1_000_000));
              case 1 -> Optional.of(Fault.silentBeyond(1));
              default -> Optional.empty();
            });
    assertFetched();
    assertEquals(List.of(NAME, NAME + " bytes=1000000-", NAME), server.requests());
    assertEquals("it sends more than the 3000000 bytes of the file", troubles.get(1));
  }

  @Test
  void shouldTakeAFileOfWhichOnlyTheEndWasNotHeard() throws Exception {
    server.faults((file, before) -> Optional.of(Fault.cutAfter(1_000_000)));
    failure(() -> fetch(server.url()));
    byte[] rest = Arrays.copyOfRange(bytes, 1_000_000, SIZE);
    Files.write(whole.resolveSibling(NAME + ".part"), rest, StandardOpenOption.APPEND);
    server.faults((file, before) -> Optional.empty());
    assertFetched();
  }

  @Test
  void shouldGiveUpAConnectionThatMakesNoProgress() throws Exception {
    limits = new MirrorLimits(1 << 16, 500, 1_000, 3, 1);
    server.faults(
        (file, before) -> before == 0 ? Optional.of(Fault.silentAfter(500_000)) : Optional.empty());
    assertFetched();
    assertEquals(SIZE, server.sent(NAME));
    assertEquals("it sent 0 bytes in 1 s", troubles.get(0));
  }

  @Test
  void shouldGiveUpAMirrorWhoseAttemptsComeHardlyFurther() {
    server.faults((file, before) -> Optional.of(Fault.cutAfter(5_000 + before)));
    String failed = failure(() -> fetch(server.url()));
    assertEquals("BROKEN: the connection was closed after 5003 of 3000000 bytes", failed);
    assertEquals(4, server.requests().size(), "one that came further, and three in vain");
  }

  @Test
  void shouldNotWaitForAnAnswerThatDoesNotCome() {
    limits = new MirrorLimits(1 << 16, 500, 1_000, 3, 1);
    server.faults((file, before) -> Optional.of(Fault.mute()));
    String mute = failure(() -> mirror(server.url()).list());
    assertEquals("BROKEN: it has not answered within 1 s", mute);
    server.faults((file, before) -> Optional.of(Fault.drip()));
    String drip = failure(() -> mirror(server.url()).list());
    assertEquals("BROKEN: it has not sent its listing within 1 s", drip);
  }

  @Test
  void shouldWaitIfTheMirrorSaysSo() throws Exception {
    server.faults(
        (file, before) ->
            before < 5
                ? Optional.of(Fault.status(before % 2 == 0 ? 429 : 503, "retry-after", "0"))
                : Optional.empty());
    assertEquals("LIMITED: HTTP 429", failure(() -> fetch(server.url())));
    assertFetched();
  }

  @Test
  void shouldSayWhatIsAbsentOrTooLarge() {
    server.faults((file, before) -> Optional.of(Fault.status(before == 0 ? 404 : 403)));
    assertEquals("ABSENT: HTTP 404", failure(() -> fetch(server.url())));
    assertEquals("ABSENT: HTTP 403", failure(() -> fetch(server.url())));
    server.faults((file, before) -> Optional.empty());
    assertEquals("NO_ROOM: 3000000 are too many", failure(() -> fetch(server.url(), SIZE - 1)));
    assertFalse(Files.exists(whole.resolveSibling(NAME + ".part")), "nothing was taken");
  }

  @Test
  void shouldFollowRedirectsWithoutGivingThePasswordAway() throws Exception {
    MirrorServer bucket = opened.with(new MirrorServer()).with(NAME, bytes);
    server.faults(
        (file, before) -> Optional.of(Fault.status(302, "location", bucket.plainUrl() + file)));
    String url = server.url().replace("://", "://user:secret@");
    get(() -> fetch(url));
    assertArrayEquals(bytes, Files.readAllBytes(whole));
    assertFalse(server.authorizations().contains(""));
    assertEquals(List.of(""), bucket.authorizations());
  }

  @Test
  void shouldRefuseRedirectsInACircle() {
    server.faults(
        (file, before) -> Optional.of(Fault.status(302, "location", server.plainUrl() + file)));
    assertEquals("BROKEN: it redirects more than 5 times", failure(() -> fetch(server.url())));
    server.faults((file, before) -> Optional.of(Fault.status(301, "location", "ftp://h/x")));
    assertEquals(
        "BROKEN: it redirects to what is no web server", failure(() -> fetch(server.url())));
  }

  @Test
  void shouldNameAMirrorWithoutItsSecrets() {
    MirrorUrl url = MirrorUrl.parse("era+https://user:secret@host.example/secret");
    assertEquals("era+https://host.example:443", url.toString());
    assertEquals("/secret/", url.folder());
    for (String wrong : List.of("era+ftp://h/", "era+https://", "era+http://h/?secret", "secret")) {
      String said =
          assertThrows(IllegalArgumentException.class, () -> MirrorUrl.parse(wrong)).getMessage();
      assertFalse(said.contains("secret"), said);
    }
  }
}
