package dev.windlass.server.cli;

import dev.windlass.server.show.BanTable;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code windlass bans list}: shows the bans of a running node. */
@Command(
    name = "list",
    description = {
      "Shows the peers and hosts that the running node has banned, with the end, the offence and"
          + " the evidence."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class BansListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Option(names = "--json", description = "Prints the answer of /v1/bans instead of a table.")
  private boolean isJson;

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    JsonObject bans = node.get("/v1/bans");
    if (isJson) {
      spec.commandLine().getOut().println(bans.encode());
    } else {
      BanTable.lines(bans).forEach(spec.commandLine().getOut()::println);
    }
    return 0;
  }
}
