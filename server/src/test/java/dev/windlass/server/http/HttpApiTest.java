package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.fixtures.Await;
import dev.windlass.node.BanControl;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeControl;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.sim.ChainMaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiTest {
  private static final Hash BANNED = Pictures.hash(0xbad);

  private Vertx vertx;
  private final List<Head> heads = Collections.synchronizedList(new ArrayList<>());
  private final List<Hash> withdrawn = Collections.synchronizedList(new ArrayList<>());
  private volatile Optional<SyncError> refusal = Optional.empty();
  private volatile Progress progress = Pictures.idle(7);
  private volatile SyncView sync = new SyncView(7, OptionalLong.of(0), OptionalLong.of(0), true);
  private int port;

  private final PeerDirectory nodes = new PeerDirectory();

  private Optional<Instant> pausedUntil = Optional.empty();

  private final FakeBans bans = new FakeBans();

  private final class Sink implements NodeControl {
    @Override
    public Future<Optional<SyncError>> announce(Head head) {
      heads.add(head);
      return Future.succeededFuture(refusal);
    }

    @Override
    public Future<Void> withdraw(Hash head) {
      withdrawn.add(head);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> pause(Duration duration) {
      pausedUntil = Optional.of(Instant.EPOCH.plus(duration));
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> resume() {
      pausedUntil = Optional.empty();
      return Future.succeededFuture();
    }

    @Override
    public BanControl bans() {
      return bans;
    }

    @Override
    public Optional<Instant> pausedUntil() {
      return pausedUntil;
    }

    @Override
    public List<BlockId> passedCheckpoints() {
      return List.of(new BlockId(5, Pictures.HEAD));
    }
  }

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    port = listen(Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    Await.value(vertx.close().toCompletionStage());
  }

  private int listen(Optional<String> token) throws Exception {
    NodeConfig.Http config = new NodeConfig.Http("127.0.0.1", 0, token, List.of("localhost"));
    HttpApi.Sources sources =
        new HttpApi.Sources(
            () -> progress,
            () -> sync,
            () -> Map.of(BANNED, "made up"),
            nodes,
            () -> List.of(new Gap(3, new BlockId(7, Pictures.HEAD))),
            ChainMaker.of(1, 9, ChainMaker.Shape.EMPTY),
            new Sink(),
            new RpcBoard(),
            new HttpCounts());
    return Await.value(new HttpApi(vertx, config, sources).listen().toCompletionStage())
        .actualPort();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/liveness"})
  void shouldBeAliveWhileItIsBehind(String path) throws IOException {
    sync = new SyncView(1_000, OptionalLong.of(993), OptionalLong.of(0), false);

    RawHttp.Reply reply = RawHttp.get(port, path);

    assertEquals(200, reply.status());
    assertEquals("UP", new JsonObject(reply.body()).getString("status"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/readyz", "/readiness"})
  void shouldBeReadyWhenItIsInSyncAndHasPeers(String path) throws IOException {
    RawHttp.Reply reply = RawHttp.get(port, path);

    assertEquals(200, reply.status());
    JsonObject body = new JsonObject(reply.body());
    assertEquals("UP", body.getString("status"));
    assertEquals(2, body.getJsonObject("checks").getJsonObject("peers").getInteger("connected"));
  }

  @Test
  void shouldNotBeReadyWhenItIsTooFarBehind() throws IOException {
    sync = new SyncView(10, OptionalLong.of(3), OptionalLong.of(0), false);

    RawHttp.Reply reply = RawHttp.get(port, "/readyz");

    assertEquals(503, reply.status());
    JsonObject body = new JsonObject(reply.body());
    assertEquals("DOWN", body.getString("status"));
    JsonObject checks = body.getJsonObject("checks");
    assertEquals("DOWN", checks.getJsonObject("sync").getString("status"));
    assertEquals(3, checks.getJsonObject("sync").getInteger("blocksBehind"));
    assertEquals("UP", checks.getJsonObject("peers").getString("status"));
  }

  /** It was ready at two known blocks behind, though more had come since the last look. */
  @Test
  void shouldAddWhatIsUnseenToWhatIsKnownToBeMissing() throws IOException {
    sync = new SyncView(9, OptionalLong.of(1), OptionalLong.of(1), false);
    assertEquals(200, RawHttp.get(port, "/readyz").status());
    sync = new SyncView(9, OptionalLong.of(1), OptionalLong.of(2), false);
    RawHttp.Reply reply = RawHttp.get(port, "/readyz");
    assertEquals(503, reply.status());
    JsonObject check = new JsonObject(reply.body()).getJsonObject("checks").getJsonObject("sync");
    assertEquals(1, check.getInteger("blocksBehind"));
    assertEquals(2, check.getInteger("unseenBlocks"));
  }

  /** A claim may be any number, and the sum of two large ones is negative. */
  @Test
  void shouldNotBeReadyWhenTheClaimedHeadIsAsFarAwayAsANumberCanBe() throws IOException {
    sync = new SyncView(Long.MAX_VALUE, OptionalLong.of(Long.MAX_VALUE), OptionalLong.of(1), false);
    assertEquals(503, RawHttp.get(port, "/readyz").status());
  }

  @Test
  void shouldNotBeReadyWhenItDoesNotKnowHowFarBehind() throws IOException {
    sync = new SyncView(7, OptionalLong.empty(), OptionalLong.of(0), false);

    assertEquals(503, RawHttp.get(port, "/readyz?maxBlocksBehind=1000000").status());
  }

  @Test
  void shouldTakeTheLimitsOfReadinessFromTheQuery() throws IOException {
    sync = new SyncView(10, OptionalLong.of(3), OptionalLong.of(0), false);

    assertEquals(200, RawHttp.get(port, "/readyz?maxBlocksBehind=3").status());
    assertEquals(200, RawHttp.get(port, "/readyz?maxBlocksBehind=3&minPeers=2").status());
    assertEquals(503, RawHttp.get(port, "/readyz?maxBlocksBehind=3&minPeers=3").status());
  }

  @Test
  void shouldRefuseALimitThatIsNoNumber() throws IOException {
    RawHttp.Reply reply = RawHttp.get(port, "/readyz?minPeers=few");

    assertEquals(400, reply.status());
    assertEquals("{\"error\":\"minPeers is not a number from 0\"}\n", reply.body());
  }

  @Test
  void shouldShowTheSyncInItsStatus() throws IOException {
    progress = Pictures.fetchingBlocks(300, 1_000);
    sync = new SyncView(1_000, OptionalLong.of(700), OptionalLong.of(0), false);

    JsonObject status = new JsonObject(RawHttp.get(port, "/v1/status").body());

    assertEquals("fetching_blocks", status.getString("phase"));
    assertEquals("PEERS_BUSY", status.getString("waiting"));
    assertFalse(status.getBoolean("inSync"));
    assertEquals(700, status.getInteger("blocksBehind"));
    assertEquals(300, status.getJsonObject("tip").getInteger("number"));
    assertEquals(0, status.getJsonObject("lowest").getInteger("number"));
    JsonObject checkpoint = status.getJsonArray("passedCheckpoints").getJsonObject(0);
    assertEquals(5, checkpoint.getInteger("number"));
    JsonObject sync = status.getJsonObject("sync");
    assertEquals(Pictures.HEAD.toString(), sync.getString("anchor"));
    assertEquals(1_000, sync.getInteger("blocksTotal"));
    assertNull(sync.getValue("etaSeconds"));
    assertEquals(17, status.getJsonObject("counters").getInteger("hedged"));
  }

  @Test
  void shouldShowNoSyncWhenItIsIdle() throws IOException {
    JsonObject status = new JsonObject(RawHttp.get(port, "/v1/status").body());

    assertEquals("idle", status.getString("phase"));
    assertTrue(status.containsKey("sync"));
    assertNull(status.getValue("sync"));
    assertNull(status.getValue("waiting"));
  }

  @Test
  void shouldListPeersAndBans() throws IOException {
    JsonObject peers = new JsonObject(RawHttp.get(port, "/v1/peers").body());
    JsonObject bans = new JsonObject(RawHttp.get(port, "/v1/bans").body());

    assertEquals(2, peers.getJsonArray("peers").size());
    JsonObject first = peers.getJsonArray("peers").getJsonObject(0);
    assertEquals("peer-0", first.getString("id"));
    assertEquals(25.0, first.getDouble("roundTripMillis"));
    JsonObject ban = bans.getJsonArray("hashes").getJsonObject(0);
    assertEquals(BANNED.toString(), ban.getString("hash"));
    assertEquals("made up", ban.getString("evidence"));
  }

  @Test
  void shouldShowUntilWhenANodeIsBannedAndWhy() throws IOException {
    PeerId held = PeerId.of("enode:aa");
    PeerId free = PeerId.of("enode:bb");
    PeerId untrusted = PeerId.of("enode:cc");
    Instant now = Instant.now();
    Instant until = now.plusSeconds(86_400);
    for (PeerId id : List.of(held, free)) {
      nodes.named(id, "host:1");
      nodes.failed(id, "gone");
    }
    nodes.banned(Bans.fabricated(held, now, until));
    nodes.banned(Bans.fabricated(free, now, now.minusSeconds(1)));
    nodes.banned(Bans.fabricated(untrusted, now, until));

    JsonObject peers = new JsonObject(RawHttp.get(port, "/v1/peers").body());
    JsonObject bans = new JsonObject(RawHttp.get(port, "/v1/bans").body());

    String untilText = until.truncatedTo(ChronoUnit.SECONDS).toString();
    JsonObject banned = peers.getJsonArray("peers").getJsonObject(2);
    assertEquals("banned", banned.getString("state"));
    assertEquals(untilText, banned.getString("bannedUntil"));
    assertEquals("it sent what no honest node can send", banned.getString("reason"));
    assertEquals("it lied", banned.getString("evidence"));
    JsonObject waiting = peers.getJsonArray("peers").getJsonObject(3);
    assertEquals("waiting", waiting.getString("state"));
    assertEquals("gone", waiting.getString("reason"));
    assertFalse(waiting.containsKey("bannedUntil"));
    JsonObject gone = peers.getJsonArray("peers").getJsonObject(4);
    assertEquals("enode:cc", gone.getString("id"));
    assertEquals("banned", gone.getString("state"));
    assertEquals(
        new JsonObject()
            .put("id", "enode:aa")
            .put("address", "host:1")
            .put("reason", "it sent what no honest node can send")
            .put("code", "fabricated")
            .put("evidence", "it lied")
            .put("since", now.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("until", untilText)
            .put("timesBanned", 2),
        bans.getJsonArray("peers").getJsonObject(0));
    assertEquals(2, bans.getJsonArray("peers").size());
  }

  /** Not in sync and not ready, with the reason. */
  @Test
  void shouldSayThatNoHeadIsKnownWhenNoneWasHeard() throws IOException {
    progress = Pictures.waiting(7, Progress.WaitingReason.NO_HEAD);
    sync = new SyncView(7, OptionalLong.empty(), OptionalLong.empty(), false);

    JsonObject status = new JsonObject(RawHttp.get(port, "/v1/status").body());
    RawHttp.Reply ready = RawHttp.get(port, "/readyz?minPeers=0");

    assertEquals("NO_HEAD", status.getString("waiting"));
    assertNull(status.getValue("blocksBehind"));
    assertNull(status.getValue("unseenBlocks"));
    assertEquals(503, ready.status());
    JsonObject check = new JsonObject(ready.body()).getJsonObject("checks").getJsonObject("sync");
    assertEquals("DOWN", check.getString("status"));
    assertTrue(check.getString("reason").startsWith("no head is known"), check::toString);
  }

  @Test
  void shouldHandOnAnAnnouncedHead() throws IOException {
    RawHttp.Reply reply =
        RawHttp.post(port, "/v1/heads", "{\"hash\":\"" + Pictures.HEAD + "\",\"number\":8191}");

    assertEquals(202, reply.status(), reply.body());
    assertEquals(List.of(Head.of(Pictures.HEAD, 8191)), heads);
  }

  @Test
  void shouldTakeAHeadBack() throws IOException {
    RawHttp.Reply reply = RawHttp.delete(port, "/v1/heads/" + Pictures.HEAD);

    assertEquals(200, reply.status(), reply.body());
    assertEquals(Pictures.HEAD.toString(), new JsonObject(reply.body()).getString("withdrawn"));
    assertEquals(List.of(Pictures.HEAD), withdrawn);
    assertTrue(heads.isEmpty());
  }

  @Test
  void shouldTakeNothingBackWhenItIsNoHashOrComesFromAWebPage() throws IOException {
    assertEquals(400, RawHttp.delete(port, "/v1/heads/0x12").status());
    assertEquals(405, RawHttp.delete(port, "/v1/heads/").status());
    assertEquals(
        403,
        RawHttp.delete(port, "/v1/heads/" + Pictures.HEAD, "Origin: https://evil.example")
            .status());
    assertEquals(
        403,
        RawHttp.delete(port, "/v1/heads/" + Pictures.HEAD, "X-Forwarded-For: 10.1.2.3").status());
    assertTrue(withdrawn.isEmpty());
  }

  @Test
  void shouldSayThatAHeadIsNotTakenWhenTooManyWait() throws IOException {
    refusal = Optional.of(SyncError.BUSY);
    RawHttp.Reply reply = RawHttp.post(port, "/v1/heads", "{\"hash\":\"" + Pictures.HEAD + "\"}");
    assertEquals(503, reply.status());
    assertTrue(reply.body().contains("withdraw one"), reply.body());

    refusal = Optional.of(SyncError.BANNED_HEAD);
    assertEquals(
        409, RawHttp.post(port, "/v1/heads", "{\"hash\":\"" + Pictures.HEAD + "\"}").status());
  }

  @Test
  void shouldListTheGaps() throws IOException {
    JsonObject gap =
        new JsonObject(RawHttp.get(port, "/v1/gaps").body()).getJsonArray("gaps").getJsonObject(0);
    assertEquals(3, gap.getInteger("first"));
    assertEquals(7, gap.getInteger("last"));
    assertEquals(5, gap.getInteger("blocks"));
  }

  @Test
  void shouldHandOnAHeadWithoutItsNumber() throws IOException {
    RawHttp.Reply reply = RawHttp.post(port, "/v1/heads", "{\"hash\":\"" + Pictures.HEAD + "\"}");

    assertEquals(202, reply.status(), reply.body());
    assertEquals(List.of(Head.of(Pictures.HEAD, Head.NUMBER_UNKNOWN)), heads);
  }

  @Test
  void shouldRefuseABannedHead() throws IOException {
    RawHttp.Reply reply = RawHttp.post(port, "/v1/heads", "{\"hash\":\"" + BANNED + "\"}");

    assertEquals(409, reply.status());
    assertTrue(reply.body().contains("this hash is banned: made up"), reply.body());
    assertTrue(heads.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "null",
        "\"x\"",
        "{",
        "{}",
        "{\"hash\":7}",
        "{\"hash\":\"0x12\"}",
        "{\"hash\":\"H\",\"number\":-1}",
        "{\"hash\":\"H\",\"number\":1.5}",
        "{\"hash\":\"H\",\"number\":\"1\"}",
        "{\"hash\":\"H\",\"number\":99999999999999999999}",
        "{\"hash\":\"H\",\"nmber\":1}",
        "{\"hash\":\"0x12\\n\\u0000\"}"
      })
  void shouldSayInOneLineWhatWouldBeRightWhenAHeadIsWrong(String body) throws IOException {
    RawHttp.Reply reply =
        RawHttp.post(port, "/v1/heads", body.replace("\"H\"", "\"" + Pictures.HEAD + "\""));

    assertEquals(400, reply.status(), reply.body());
    assertTrue(new JsonObject(reply.body()).getString("error").contains("expected"), reply.body());
    assertEquals(1, reply.body().lines().count());
    assertTrue(heads.isEmpty());
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws IOException {
    RawHttp.Reply reply = RawHttp.post(port, "/v1/heads", " ".repeat(HeadRequest.BYTES_MAX + 1));

    assertEquals(413, reply.status());
    assertTrue(reply.body().contains("larger than 1024 bytes"), reply.body());
  }

  @Test
  void shouldRefuseAForeignHostName() throws IOException {
    assertEquals(403, RawHttp.get(port, "/v1/status", "Host: evil.example").status());
    assertEquals(403, RawHttp.get(port, "/v1/nothing", "Host: evil.example:8645").status());
    assertEquals(200, RawHttp.get(port, "/v1/status", "Host: LOCALHOST:8645").status());
    assertEquals(200, RawHttp.get(port, "/v1/status", "Host: 10.0.0.7:8645").status());
    assertEquals(200, RawHttp.get(port, "/v1/status", "Host: [::1]:8645").status());
  }

  @Test
  void shouldAnswerHealthUnderEveryName() throws IOException {
    assertEquals(200, RawHttp.get(port, "/livez", "Host: windlass.cluster.local").status());
    assertEquals(200, RawHttp.get(port, "/readyz", "Host: windlass.cluster.local").status());
  }

  @Test
  void shouldRefuseAChangeThatAWebPageSends() throws IOException {
    String body = "{\"hash\":\"" + Pictures.HEAD + "\"}";

    assertEquals(
        403, RawHttp.post(port, "/v1/heads", body, "Origin: https://evil.example").status());
    assertTrue(heads.isEmpty());
    assertEquals(
        202, RawHttp.post(port, "/v1/heads", body, "Origin: http://localhost:" + port).status());
  }

  @Test
  void shouldRefuseAChangeFromAnotherMachineWhenThereIsNoToken() throws IOException {
    String body = "{\"hash\":\"" + Pictures.HEAD + "\"}";

    RawHttp.Reply reply =
        RawHttp.post(
            port, "/v1/heads", body, "X-Forwarded-For: 10.1.2.3", "Authorization: Bearer ");

    assertEquals(403, reply.status());
    assertTrue(reply.body().contains("--rpc-http-token"), reply.body());
    assertTrue(heads.isEmpty());
  }

  @Test
  void shouldTakeAChangeFromAnotherMachineThatHasTheToken() throws Exception {
    int guarded = listen(Optional.of("swordfish"));
    String body = "{\"hash\":\"" + Pictures.HEAD + "\"}";
    String elsewhere = "X-Forwarded-For: 10.1.2.3";

    assertEquals(401, RawHttp.post(guarded, "/v1/heads", body, elsewhere).status());
    assertEquals(
        401,
        RawHttp.post(guarded, "/v1/heads", body, elsewhere, "Authorization: Bearer trout")
            .status());
    assertTrue(heads.isEmpty());
    assertEquals(
        202,
        RawHttp.post(guarded, "/v1/heads", body, elsewhere, "Authorization: Bearer swordfish")
            .status());
  }

  @Test
  void shouldPauseForATimeAndResume() throws Exception {
    assertEquals(
        "{\"pausedUntil\":\"1970-01-01T00:01:30Z\"}",
        RawHttp.post(port, "/v1/pause?for=90s", "").body().strip());
    assertTrue(RawHttp.get(port, "/v1/status").body().contains("1970-01-01T00:01:30Z"));
    assertEquals(
        "{\"pausedUntil\":\"1970-01-01T00:10:00Z\"}",
        RawHttp.post(port, "/v1/pause", "").body().strip());
    assertEquals("{\"pausedUntil\":null}", RawHttp.post(port, "/v1/resume", "").body().strip());
    RawHttp.Reply wrong = RawHttp.post(port, "/v1/pause?for=ever", "");
    assertEquals(400, wrong.status());
    assertTrue(wrong.body().contains("expected 1s to 24h"), wrong.body());
    assertEquals(403, RawHttp.post(port, "/v1/pause", "", "X-Forwarded-For: 10.1.2.3").status());
    assertEquals(Optional.empty(), pausedUntil);
  }

  @Test
  void shouldSayThatThereIsNoSuchEndpointOrMethod() throws IOException {
    assertEquals(404, RawHttp.get(port, "/v1/nothing").status());
    assertEquals(405, RawHttp.get(port, "/v1/heads").status());
    assertEquals(405, RawHttp.post(port, "/v1/status", "{}").status());
  }

  @Test
  void shouldAnswerHeadWithoutABody() throws IOException {
    RawHttp.Reply reply = RawHttp.send(port, "HEAD", "/livez", "");

    assertEquals(200, reply.status());
    assertEquals("", reply.body());
  }
}
