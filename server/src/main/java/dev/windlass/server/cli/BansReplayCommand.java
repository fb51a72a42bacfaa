package dev.windlass.server.cli;

import dev.windlass.server.show.BanReplay;
import dev.windlass.store.LevelDbBlockStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code windlass bans replay}: proves the evidence of bans again from its bytes. */
@Command(
    name = "replay",
    description = {
      "Proves the evidence of each ban, or of one, again from the bytes that the peer sent.",
      "",
      "Each ban is one line that begins with 'proven', 'not proven' or 'not replayable', and names"
          + " the rule. Points and operators leave no bytes. The exit code is 1 if a ban is not"
          + " proven. If no node answers, the bans are read from the data path."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class BansReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      converter = OptionConverters.Ban.class,
      description = "One ban, with its id as 'windlass bans list' shows it.")
  private String id;

  @Mixin private final RunningNode node = new RunningNode();

  @Mixin private final DataPathOption dataPath = new DataPathOption();

  @Override
  public Integer call() {
    List<BanReplay> replays =
        node.getIfRunning("/v1/bans").map(this::fromNode).orElseGet(this::fromStore);
    if (id != null && replays.isEmpty()) {
      throw new ParameterException(spec.commandLine(), id + " is not banned");
    }
    replays.forEach(replay -> spec.commandLine().getOut().println(replay.line()));
    boolean isAllProven = replays.stream().noneMatch(BanReplay::isRefuted);
    return isAllProven ? 0 : WindlassCommand.EXIT_FAILED;
  }

  private boolean isWanted(String ban) {
    return id == null || id.equals(ban);
  }

  private List<BanReplay> fromNode(JsonObject bans) {
    List<BanReplay> replays = new ArrayList<>();
    JsonArray peers = bans.getJsonArray("peers");
    for (int i = 0; i < peers.size(); i++) {
      String ban = peers.getJsonObject(i).getString("id");
      if (isWanted(ban)) {
        String path = "/v1/bans/" + RunningNode.segment(ban) + "/evidence";
        replays.add(BanReplay.of(node.get(path)));
      }
    }
    return replays;
  }

  private List<BanReplay> fromStore() {
    Path folder = dataPath.toRead();
    if (!LevelDbBlockStore.exists(folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "no node answers, and there is no store in " + folder + " (--data-path)");
    }
    try (LevelDbBlockStore store = LevelDbBlockStore.openToRead(folder)) {
      return store.peerBans().stream()
          .filter(ban -> isWanted(ban.peer().name()))
          .map(ban -> BanReplay.of(ban, store.banEvidence(ban.peer())))
          .toList();
    }
  }
}
