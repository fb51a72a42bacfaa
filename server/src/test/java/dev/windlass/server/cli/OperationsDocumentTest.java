package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class OperationsDocumentTest {
  private String document;

  @BeforeEach
  void read() throws IOException {
    Path root = Path.of(System.getProperty("windlass.root"));
    document = Files.readString(root.resolve("docs/operations.md"));
  }

  private void assertDocumented(CommandLine command, String prefix) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      boolean isStandard = option.usageHelp() || option.versionHelp();
      String name = prefix + option.longestName();
      // A command with a configuration file shares its options with the node.
      boolean isShared =
          command.getCommandSpec().findOption(ConfiguredDefaults.CONFIG_FILE) != null
              && document.contains("| `" + option.longestName() + "` |");
      assertTrue(
          isStandard || isShared || document.contains("`" + name + "`"),
          () -> command.getCommandName() + ": " + name + " is not documented");
    }
  }

  @Test
  void shouldNameEveryCommandAndEveryOption() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine top = WindlassCommand.commandLine(Map.of(), nowhere, nowhere, new StopSignal());
    for (CommandLine command : top.getSubcommands().values()) {
      assertTrue(document.contains("`windlass " + command.getCommandName()));
      assertDocumented(command, "");
      for (CommandLine below : command.getSubcommands().values()) {
        assertDocumented(below, below.getCommandName() + " ");
      }
    }
  }
}
