package dev.windlass.server.cli;

import dev.windlass.node.FilePeers;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.StartCheck;
import dev.windlass.wire.files.IndexFolder;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code windlass validate-config}: checks whether a node would start with this configuration. */
@Command(
    name = "validate-config",
    description = {
      "Prints the configuration of a node with the source of each value, and checks"
          + " whether the node would start with it.",
      "",
      "It checks the named files, the store and the ports, as 'windlass run' does"
          + " before it starts. It fails while the node runs, since its store and its ports"
          + " are in use."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class ValidateConfigCommand implements Callable<Integer> {
  private final ConfiguredDefaults defaults;

  @Spec private CommandSpec spec;
  @Mixin private final NodeOptions node = new NodeOptions();

  @ArgGroup(validate = false, heading = "%nLog:%n")
  private final LogOptions log = new LogOptions();

  /**
   * Checks nothing yet.
   *
   * @param defaults know the source of each value
   */
  ValidateConfigCommand(ConfiguredDefaults defaults) {
    this.defaults = defaults;
  }

  @Override
  public Integer call() {
    log.apply();
    NodeConfig config = node.config();
    PrintWriter out = spec.commandLine().getOut();
    for (OptionSpec option : spec.options()) {
      String name = option.longestName();
      if (!option.usageHelp() && !option.versionHelp() && option.getValue() != null) {
        out.println(name.substring(2) + " = " + shown(option) + "  # " + origin(option));
      }
    }
    try (FilePeers files = FilePeers.of(config, IndexFolder.none())) {
      StartCheck.of(config, files).close();
    }
    out.println("valid");
    return 0;
  }

  private String origin(OptionSpec option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option)
        ? "command line"
        : Echo.oneLine(defaults.origin(option).orElse("default"));
  }

  private static String shown(OptionSpec option) {
    if (option.longestName().endsWith("-token")) {
      return "(set)";
    }
    Object value = option.getValue();
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
    return Echo.oneLine(value.toString());
  }
}
