package dev.windlass.server.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code windlass validate-config}: says whether a node would accept this configuration. */
@Command(
    name = "validate-config",
    description = "Checks the configuration of a node, and prints what it adds up to.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class ValidateConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private final NodeOptions node = new NodeOptions();

  @ArgGroup(validate = false, heading = "%nLog:%n")
  private final LogOptions log = new LogOptions();

  @Override
  public Integer call() {
    log.apply();
    node.config();
    for (OptionSpec option : spec.options()) {
      String name = option.longestName();
      if (!option.usageHelp() && !option.versionHelp() && option.getValue() != null) {
        spec.commandLine().getOut().println(name.substring(2) + " = " + shown(option));
      }
    }
    spec.commandLine().getOut().println("valid");
    return 0;
  }

  private static String shown(OptionSpec option) {
    if (option.longestName().endsWith("-token")) {
      return "(set)";
    }
    Object value = option.getValue();
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }
}
