package dev.windlass.server.cli;

import dev.windlass.server.http.OperatorTime;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code windlass pause}: lets a running node fetch nothing for a time. */
@Command(
    name = "pause",
    description = {
      "Pauses the running node: it stores what it has asked for, and fetches nothing more.",
      "",
      "The node goes on by itself when the time is over, or with 'windlass resume'. It serves other"
          + " nodes meanwhile. A restart ends the pause."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class PauseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = OptionConverters.Pause.class,
      defaultValue = "10m",
      description = "How long, from 1s to 24h, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
  private Duration duration;

  @Mixin private final RunningNode node = new RunningNode();

  @Override
  public Integer call() {
    String until =
        node.post("/v1/pause?for=" + OperatorTime.text(duration)).getString("pausedUntil");
    spec.commandLine().getOut().println("paused until=" + until);
    return 0;
  }
}
