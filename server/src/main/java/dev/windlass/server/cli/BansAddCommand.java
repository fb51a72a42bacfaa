package dev.windlass.server.cli;

import dev.windlass.server.http.OperatorTime;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code windlass bans add}: bans a peer or a host. */
@Command(
    name = "add",
    description = {
      "Bans a peer or a host. The running node disconnects it, and refuses it until the ban ends.",
      "",
      "The ban of a host refuses every node that connects from there, but not the nodes of --peers."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class BansAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Parameters(
      paramLabel = "ID|HOST",
      converter = OptionConverters.Ban.class,
      description = "A peer as 'windlass peers' shows it, its enode, or a numeric address.")
  private String id;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = OptionConverters.BanLength.class,
      defaultValue = "24h",
      description = "How long, from 1s to 365d, such as 90m or 7d (default: ${DEFAULT-VALUE}).")
  private Duration duration;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "no reason was given",
      description = "Why, in one line. It is shown with the ban.")
  private String reason;

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    JsonObject wanted =
        new JsonObject()
            .put("id", id)
            .put("for", OperatorTime.text(duration))
            .put("reason", reason);
    JsonObject done = node.post("/v1/bans", wanted);
    spec.commandLine()
        .getOut()
        .println("banned id=" + done.getString("banned") + " until=" + done.getString("until"));
    return 0;
  }
}
